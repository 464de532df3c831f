"""Second factors: code apps, passkeys and recovery codes; who must have one."""
