"""The button that stars a record, or a list or report as it is."""

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from apps.accounts.access import signed_in_person
from apps.accounts.safe_redirects import next_path
from apps.shortcuts.record_link import RecordLink
from apps.shortcuts.stars import MOST_STARS, TooManyStars, add_star, remove_star
from apps.ui.fragments import is_fragment_wanted, is_part_wanted

#: The id of the button's form on the page of a record.
STAR_ID = "star"


@require_POST
def star(request: HttpRequest) -> HttpResponse:
    """Star what the form names, or with an empty `starred` take the star away; asked twice it stays so."""
    person = signed_in_person(request)
    token = request.POST.get("record", "")
    try:
        link = RecordLink.signed_for(person, token)
    except BadSignature:
        return HttpResponseBadRequest("The page is not one of yours.")
    wanted = bool(request.POST.get("starred"))
    back = next_path(request, link.url)
    if not wanted:
        remove_star(person, link)
    else:
        try:
            add_star(person, link)
        except TooManyStars:
            messages.error(request, f"You have {MOST_STARS} stars. Take one away first.")
            # The whole page again: it is what says so.
            return HttpResponse(headers={"HX-Redirect": back}) if is_part_wanted(request) else redirect(back)
    if is_fragment_wanted(request, STAR_ID):
        context = {
            "star_token": token,
            "is_starred": wanted,
            "star_next": back,
            "is_star_in_menu": bool(request.POST.get("menu")),
        }
        return render(request, "shortcuts/_star.html", context)
    return redirect(back)
