"""The report of a bank, for programs and for an exam board."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api import report_page
from api.auth import JSON, needs, offers, preferred
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import reports as sent
from api.schemas import taken
from api.views.banks import bank_of, revision_of
from bank.exams.reporting import report
from bank.variant import ready

HTML = "text/html"
OFFERED = (JSON, HTML)

blueprint = Blueprint("reports", __name__, description="Whether a bank is fair, and how learners did.")


@blueprint.route("/v1/banks/<bank_id>/report")
@needs("instructor")
@offers(*OFFERED)
@blueprint.arguments(taken.ReportQuery, location="query")
@blueprint.alt_response(200, schema=sent.Report)
@blueprint.alt_response(200, schema={"type": "string"}, content_type=HTML)
def show(query: dict[str, Any], bank_id: str) -> Response:
    """How many questions it holds, whether guessing pays, how much variants differ, how learners did.

    Of the newest revision unless another is asked for. As JSON, or as a page to read and to print.
    """
    bank = bank_of(bank_id)
    found = report(current_parts().store, bank, revision_of(bank, query.get("revision", bank.revision)))
    headers = {"Cache-Control": "private, no-store", "Vary": "Accept"}
    if preferred(request.headers.get("Accept", ""), OFFERED) == JSON:
        return Response(ready(found), headers=headers, content_type=JSON)
    headers["Content-Security-Policy"] = report_page.policy()
    return Response(report_page.page(found), headers=headers, content_type=f"{HTML}; charset=utf-8")
