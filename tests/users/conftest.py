"""The rules of the engine's tests hold here too."""

from tests.resources.rules import _only_what_the_contract_allows, sent

__all__ = ["_only_what_the_contract_allows", "sent"]
