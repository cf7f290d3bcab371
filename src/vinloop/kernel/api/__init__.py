"""The API kit: what every JSON endpoint is made of.

It exists so that each endpoint of each room behaves the same: who may call it, one transaction under row-level
security, errors as problem details (RFC 9457), idempotency keys, cursor pages and one OpenAPI document. It owns
those and the kernel's own few endpoints. It holds no rule of the business: an endpoint parses, calls one action
or query of its room, and renders. How to write one: docs/api.md.
"""

from dmr import Body, Path, Query
from dmr.routing import path

from vinloop.kernel.api.controller import ApiController, PublicController
from vinloop.kernel.api.endpoint import endpoint, file_endpoint
from vinloop.kernel.api.pages import Page, PageQuery, filters_of, page_of
from vinloop.kernel.api.problems import KeptProblemError, Problem, ProblemError, register_problem

__all__ = [
    "ApiController",
    "Body",
    "KeptProblemError",
    "Page",
    "PageQuery",
    "Path",
    "Problem",
    "ProblemError",
    "PublicController",
    "Query",
    "endpoint",
    "file_endpoint",
    "filters_of",
    "page_of",
    "path",
    "register_problem",
]
