"""Every address of the site has a rule, whose things it could name; who may open it, the address itself says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.views import View

from apps.accounts.routes import Access, access_of
from apps.resources import registry

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Rule:
    """What an address is. `kind` is one of those below; `names` are the things its parameters name."""

    kind: str
    names: tuple[str, ...] = ()


#: Opens without signing in, and holds nothing of anybody that its address does not give away.
ANYBODY = Rule("anybody")
#: A person's own page; no parameter names anything.
PERSON = Rule("person")


def own(*names: str) -> Rule:
    """Names something that belongs to one person: to everybody else it is not there."""
    return Rule("own", names)


def shared(*names: str) -> Rule:
    """Names something that is for one organisation: to all others it is not there."""
    return Rule("organisation", names)


def of_the_site(*names: str) -> Rule:
    """Names something of the site itself, which is of no organisation: whoever's role opens it sees all of them."""
    return Rule("site", names)


def at_api(*names: str) -> Rule:
    """Names something at the API: whoever asks gets what their own key may see."""
    return Rule("api", names)


RULES: dict[str, Rule] = {
    "home": PERSON,
    "panel": PERSON,
    "search": PERSON,
    "keyboard": PERSON,
    "palette": PERSON,
    "palette_records": PERSON,
    "trace": PERSON,
    "whole_page": PERSON,
    # Takes reports of browsers, and tells nobody anything.
    "csp_reports": ANYBODY,
    "accounts:restore_draft": PERSON,
    "account_login": ANYBODY,
    "account_logout": ANYBODY,
    "account_inactive": ANYBODY,
    "account_signup": ANYBODY,
    "account_change_password": PERSON,
    "account_set_password": PERSON,
    "account_reset_password": ANYBODY,
    "account_reset_password_done": ANYBODY,
    "account_reset_password_from_key": ANYBODY,
    "account_reset_password_from_key_done": ANYBODY,
    "openid_start": ANYBODY,
    "openid_callback": ANYBODY,
    "openid_confirm": PERSON,
    "accounts:preferences": PERSON,
    "accounts:sessions": PERSON,
    "accounts:stay_signed_in": PERSON,
    "accounts:end_session": own("user_session"),
    "accounts:end_other_sessions": PERSON,
    "account_reauthenticate": PERSON,
    "account_sign_in_again": PERSON,
    "mfa_authenticate": ANYBODY,
    "mfa_login_webauthn": ANYBODY,
    **dict.fromkeys(
        (
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_deactivate_totp",
            "mfa_generate_recovery_codes",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_view_recovery_codes",
        ),
        PERSON,
    ),
    "mfa_edit_webauthn": own("passkey"),
    "mfa_remove_webauthn": own("passkey"),
    "bulk:list": PERSON,
    "bulk:chip": PERSON,
    # Any list: this one lies below nothing.
    "bulk:start": at_api("list_name"),
    **dict.fromkeys(
        ("bulk:run", "bulk:rows", "bulk:rows_xlsx", "bulk:pause", "bulk:stop", "bulk:undo", "bulk:retry"),
        own("run"),
    ),
    # Done with the owner's key, so nobody else decides it, not even who sees the run.
    **{
        f"bulk:{name}": own("run_of_owner")
        for name in (
            "confirm",
            "drop",
            "edit",
            "include",
            "recheck",
            "resume",
            "schedule",
            "unschedule",
        )
    },
    "connections:list": PERSON,
    "connections:create": PERSON,
    "connections:edit": own("connection"),
    "connections:test": own("connection"),
    "connections:remove": own("connection"),
    "connections:services": PERSON,
    "connections:service_create": PERSON,
    "connections:service_edit": PERSON,
    "changes:list": PERSON,
    "changes:file": PERSON,
    "changes:workbook": PERSON,
    "changes:product": PERSON,
    "changes:product_file": PERSON,
    "changes:history": PERSON,
    "changes:entry": shared("entry"),
    "changes:undo": shared("entry"),
    "conversions:list": PERSON,
    "conversions:file": PERSON,
    "notifications:list": PERSON,
    "notifications:recent": PERSON,
    # Tells whoever is signed in their own count; nobody else anything.
    "notifications:unread": ANYBODY,
    "notifications:read_all": PERSON,
    "notifications:mail": PERSON,
    "notifications:mark": own("notification"),
    "reports:zones": PERSON,
    "reports:table": PERSON,
    "schedules:list": PERSON,
    "schedules:create": PERSON,
    "schedules:detail": own("schedule"),
    "schedules:edit": own("schedule"),
    "schedules:pause": own("schedule"),
    "schedules:resume": own("schedule"),
    "schedules:run": own("schedule"),
    "schedules:delete": own("schedule"),
    "exports:list": PERSON,
    "exports:create": PERSON,
    "exports:quota": PERSON,
    "exports:detail": own("export"),
    "exports:cancel": own("export"),
    "exports:choose": own("export"),
    "exports:download": own("export"),
    "exports:remote": at_api("service", "remote_export"),
    "exports:remote_delete": at_api("service", "remote_export"),
    "exports:remote_download": at_api("service", "remote_export"),
    "imports:columns": own("import_file"),
    "imports:check": own("import_file"),
    "imports:problems": own("import_file"),
    "list_files:detail": own("list_file"),
    "list_files:again": own("list_file"),
    "list_files:download": own("list_file"),
    "look_inside:open": at_api("service", "remote_export"),
    "look_inside:again": at_api("service", "remote_export"),
    "look_inside:file": at_api("service", "remote_export"),
    "look_inside:figures": at_api("service", "remote_export"),
    "look_inside:save": at_api("service", "remote_export"),
    "look_inside:others": at_api("service", "remote_export"),
    "shares:list": PERSON,
    "shares:openings": own("share"),
    "shares:revoke": own("share"),
    "shares:manage": at_api("service", "remote_export"),
    "shares:rows": at_api("service", "remote_export"),
    "shares:guest": ANYBODY,
    "shares:guest_file": ANYBODY,
    # The mailbox exists in the embedded form alone, for people who cannot sign in yet.
    **dict.fromkeys(
        ("saved_views:columns", "saved_views:list", "saved_views:create", "saved_views:default"),
        at_api("service", "list_name"),
    ),
    **dict.fromkeys(("saved_views:edit", "saved_views:save", "saved_views:delete"), own("saved_view")),
    "shortcuts:star": PERSON,
    # Of the site itself, which holds the accounts of all organisations: who manages people sees all of them.
    **dict.fromkeys(("people:list", "people:invite"), of_the_site()),
    **dict.fromkeys(
        (
            f"people:{name}"
            for name in (
                "person",
                "roles",
                "deactivate",
                "reactivate",
                "reset_factor",
                "require_factor",
                "end_sessions",
                "hand_over",
            )
        ),
        of_the_site("person"),
    ),
    **dict.fromkeys(("people:mail_again", "people:withdraw"), of_the_site("invitation")),
    "people:join": ANYBODY,
    "mail:list": ANYBODY,
    "mail:detail": ANYBODY,
}


@dataclass(frozen=True)
class Route:
    """One address pattern under its full name, the names of its parameters, and what it takes."""

    name: str
    parameters: tuple[str, ...]
    access: Access
    #: The class of its view; None for a function.
    view_class: type[View] | None = None


def routes() -> Iterator[Route]:
    """Every pattern of the site."""
    yield from _routes(get_resolver(), (), "")


def _routes(resolver: URLResolver, parameters: tuple[str, ...], namespace: str) -> Iterator[Route]:
    for item in resolver.url_patterns:
        known = (*parameters, *_parameters(item))
        if isinstance(item, URLResolver):
            yield from _routes(item, known, f"{namespace}{item.namespace}:" if item.namespace else namespace)
        else:
            view_class = getattr(item.callback, "view_class", None)
            yield Route(f"{namespace}{item.name or ''}", known, access_of(item.callback), view_class)


def _parameters(item: URLPattern | URLResolver) -> tuple[str, ...]:
    pattern: Any = item.pattern
    if converters := getattr(pattern, "converters", None):
        return tuple(converters)
    return tuple(pattern.regex.groupindex)


def is_of_resource(name: str) -> bool:
    """Whether an address is a page of a registered resource: all of those are read with the asker's own key."""
    namespace, _, page = name.partition(":")
    if namespace == "list_files":
        # The list of a resource as a file.
        namespace = page.rpartition("_")[0]
    if namespace == "imports":
        # A file for the list of a resource, and an example of one.
        namespace = page.removesuffix("_example_csv").removesuffix("_example_xlsx")
    return registry.by_name(namespace) is not None


def rule_of(name: str) -> Rule | None:
    """The rule of an address; None for one that nobody thought about."""
    return at_api("record") if is_of_resource(name) else RULES.get(name)
