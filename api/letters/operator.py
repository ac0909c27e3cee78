"""Who may see and replay dead letters: whoever knows the operators' token."""

import hmac

from fastapi import Request
from fastapi.security.utils import get_authorization_scheme_param

from analytics.detectors.detector import Text
from api.dependencies import ServicesDep
from api.problems.catalogue import OPERATORS_ONLY, ProblemError


def must_be_operator(request: Request, services: ServicesDep) -> None:
    """Raises ProblemError without the token; while none is set, for everybody."""
    scheme, said = get_authorization_scheme_param(request.headers.get("Authorization"))
    token = services.operator_token
    if not token:
        raise ProblemError(
            OPERATORS_ONLY,
            Text(
                "SULUH_API_OPERATOR_TOKEN belum diatur, jadi belum ada yang boleh.",
                "SULUH_API_OPERATOR_TOKEN is not set, so nobody may yet.",
            ),
        )
    right = hmac.compare_digest(said.encode("utf-8", "surrogatepass"), token.encode())
    if scheme.lower() != "bearer" or not right:
        raise ProblemError(OPERATORS_ONLY, OPERATORS_ONLY.remedy)
