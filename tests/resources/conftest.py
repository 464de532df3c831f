"""The rules every test of the engine keeps."""

from tests.resources.rules import _only_what_the_contract_allows, calls, provokes_violations, sent

__all__ = ["_only_what_the_contract_allows", "calls", "provokes_violations", "sent"]
