"""How people sign in, by address and password, and how each request finds its account again."""

from allauth.account.auth_backends import AuthenticationBackend

from apps.accounts.models import User
from apps.database.compiled_queries import CompiledQuery, Given

_account = CompiledQuery(lambda: User.objects.filter(pk=Given("pk", User._meta.pk)))


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, with a shorter way to the account that a session names."""

    def get_user(self, user_id: object) -> User | None:
        """The account of that id, if it may be signed in to."""
        account = next(iter(_account.all(pk=user_id)), None)
        return account if account and self.user_can_authenticate(account) else None
