"""Pages of 人员交接: the department's people, one person's desk, and what hangs on nobody."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gdshare.lib.errors import DomainError
from security.accounts.models import Membership, User
from sharing.handover import actions, policies, queries
from sharing.handover.forms import HandoverForm
from sharing.handover.models import Handover, Orphan

PAGE_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The people of my department, and the handovers so far. Who is no head sees himself."""
    actor = request.user
    policies.hand_over(actor, actor).enforce()  # type: ignore[arg-type]
    department = actor.department  # type: ignore[union-attr]
    is_head = bool(policies.view_orphans(actor))
    people = [pair for pair in queries.colleagues(department) if is_head or pair[0].pk == actor.pk]
    done = Handover.objects.filter(department=department).select_related("person", "to", "made_by")
    page = Paginator(done.order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    orphans = queries.standing(actor).count() if is_head else 0
    context = {"people": people, "page": page, "is_head": is_head, "orphans": orphans}
    return render(request, "sharing/handover/list.html", context)


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that hangs on one person here, and the form that hands it over."""
    department = request.user.department  # type: ignore[union-attr]
    worked = Membership.objects.filter(department=department).values("user")
    who = get_object_or_404(User.objects.filter(pk__in=worked), pk=pk)
    policies.hand_over(request.user, who).enforce()
    form = HandoverForm(request.POST or None, person=who, department=department)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = actions.hand_over(person=who, by=request.user, now=timezone.now(), **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, f"{refusal.message}{refusal.remedy}")
            else:
                messages.success(request, f"已把 {done.items.count()} 项交给{done.to.name}")
                return redirect("sharing:handover:list")
    context = {"person": who, "desk": queries.desk(who, department), "form": form}
    return render(request, "sharing/handover/person.html", context, status=status)


@require_GET
def orphans(request: HttpRequest) -> HttpResponse:
    """无主事项, oldest first; what was resolved in `state=over`."""
    policies.view_orphans(request.user).enforce()
    is_over = request.GET.get("state") == "over"
    seen = Orphan.objects.visible_to(request.user).select_related("department")
    rows = seen.exclude(resolved_at=None).order_by("-resolved_at", "-pk") if is_over else queries.standing(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    tabs = [
        {"label": "现有", "url": "?", "is_current": not is_over, "count": seen.standing().count()},
        {"label": "已解决", "url": "?state=over", "is_current": is_over, "count": ""},
    ]
    return render(request, "sharing/handover/orphans.html", {"page": page, "tabs": tabs, "is_over": is_over})
