"""What the provider says of a person in identity tokens and at its userinfo endpoint."""

from __future__ import annotations

from typing import Any, ClassVar

from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.oidc_provider.__main__ import CHANGES, KEPT_BACK


class Claims(OAuth2Validator):
    """Django's people with their groups, and the faults that a test asks for."""

    oidc_claim_scope: ClassVar[dict[str, str]] = {
        **OAuth2Validator.oidc_claim_scope,
        "groups": "groups",
    }

    def get_additional_claims(self) -> dict[str, Any]:
        return {
            "sub": lambda request: f"person-{request.user.pk}",
            "name": lambda request: request.user.last_name,
            "preferred_username": lambda request: request.user.username,
            "groups": lambda request: [one.name for one in request.user.groups.all()],
        }

    def get_id_token_dictionary(self, token: Any, token_handler: Any, request: Any) -> Any:
        claims, ends = super().get_id_token_dictionary(token, token_handler, request)
        for name in KEPT_BACK:
            claims.pop(name, None)
        return claims, ends

    def finalize_id_token(self, id_token: Any, token: Any, token_handler: Any, request: Any) -> Any:
        given = self.get_id_token_dictionary

        def changed(*asked: Any) -> Any:
            claims, ends = given(*asked)
            return claims | CHANGES, ends

        self.get_id_token_dictionary = changed  # type: ignore[method-assign]
        return super().finalize_id_token(id_token, token, token_handler, request)
