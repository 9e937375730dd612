"""Pages of signing in, of one's own account, and of keys."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from gdshare.lib.clock import day_of
from security.access import roles
from security.accounts import actions, policies, queries
from security.accounts.forms import (
    AccountForm,
    ApiClientForm,
    AppointForm,
    PasswordForm,
    PeopleFilter,
    SignInForm,
)
from security.accounts.middleware import SESSION_KEY
from security.accounts.models import ApiClient, Membership, User

BACKEND = "django.contrib.auth.backends.ModelBackend"


def _next_page(request: HttpRequest) -> str:
    """The page asked for before signing in, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else resolve_url("portal:home")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; the session's key changes on success."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(_next_page(request))
    form = SignInForm(request.POST or None)
    reason = ""
    if request.method == "POST" and form.is_valid():
        result = actions.sign_in(**form.cleaned_data, now=timezone.now())
        if result.user is not None:
            login(request, result.user, backend=BACKEND)
            return redirect(_next_page(request))
        reason = result.reason
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "reason": reason, "next": _next_page(request)}
    return render(request, "security/accounts/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    actions.sign_out(by=request.user, now=timezone.now())  # type: ignore[arg-type]
    logout(request)
    return redirect("security:accounts:sign_in")


@require_POST
def choose_membership(request: HttpRequest) -> HttpResponse:
    """Act in another of one's memberships."""
    current = Membership.objects.current().select_related("department")
    mine = current.filter(user=request.user)  # type: ignore[misc]
    number = request.POST.get("membership", "")
    membership = get_object_or_404(mine, pk=int(number) if number.isdigit() else 0)
    actions.choose_membership(membership=membership, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    request.session[SESSION_KEY] = membership.pk
    messages.success(request, f"现在以{membership.department.short_name} {roles.ROLES[membership.role].label}办理。")
    return redirect(_next_page(request))


@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the session goes on, others end."""
    form = PasswordForm(request.user, request.POST or None)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        user = actions.change_password(by=request.user, now=timezone.now(), password=password)  # type: ignore[arg-type]
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改。在其他电脑上的登录已经失效。")
        return redirect("portal:home")
    status = 422 if request.method == "POST" else 200
    return render(request, "security/accounts/change_password.html", {"form": form}, status=status)


def _key_form(data: QueryDict | None = None) -> ApiClientForm:
    return ApiClientForm(data, today=day_of(timezone.now()))


def _keys_page(request: HttpRequest, form: ApiClientForm, *, key: str = "", status: int = 200) -> HttpResponse:
    department = request.user.department  # type: ignore[union-attr]
    policies.issue_api_client(request.user, department).enforce()
    today = day_of(timezone.now())
    keys = [(found, found.state_on(today)) for found in queries.api_clients_of(department)]
    context = {"form": form, "keys": keys, "new_key": key, "department": department}
    return render(request, "security/accounts/api_clients.html", context, status=status)


@never_cache
@require_GET
def api_clients(request: HttpRequest) -> HttpResponse:
    """The department's keys."""
    return _keys_page(request, _key_form())


@never_cache
@require_POST
def issue_api_client(request: HttpRequest) -> HttpResponse:
    """A new key, shown in this answer only: it is kept nowhere, so there is nothing to redirect to."""
    form = _key_form(request.POST)
    if not form.is_valid():
        return _keys_page(request, form, status=422)
    _, key = actions.issue_api_client(by=request.user, now=timezone.now(), **form.values())  # type: ignore[arg-type]
    return _keys_page(request, _key_form(), key=key)


@require_POST
def revoke_api_client(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key of one's own department at once."""
    mine = ApiClient.objects.filter(department=request.user.department)  # type: ignore[union-attr]
    api_client = get_object_or_404(mine, pk=pk)
    actions.revoke_api_client(api_client=api_client, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"密钥 {api_client.key_prefix}… 已撤销。")
    return redirect("security:accounts:api_clients")


def _people_page(request: HttpRequest, *, form: AccountForm | None = None, status: int = 200) -> HttpResponse:
    narrow = PeopleFilter(request.GET)
    asked = narrow.cleaned_data if narrow.is_valid() else {}
    people = queries.people(
        request.user,  # type: ignore[arg-type]
        text=asked.get("q", ""),
        department=asked.get("department"),
    )
    context = {
        "page": Paginator(people, 30).get_page(request.GET.get("page")),
        "narrow": narrow,
        "form": form or AccountForm(),
        "may_create": policies.create_account(request.user),
        "now": timezone.now(),
    }
    return render(request, "security/accounts/list.html", context, status=status)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who has an account, and which roles he holds where."""
    policies.view_accounts(request.user).enforce()
    return _people_page(request)


@never_cache
@require_POST
def create_account(request: HttpRequest) -> HttpResponse:
    """A new person; his first password is shown in this answer only."""
    policies.create_account(request.user).enforce()
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _people_page(request, form=form, status=422)
    user, password = actions.create_account(by=request.user, now=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
    return _person_page(request, user, password=password)


def _person(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(queries.people(request.user), pk=pk)  # type: ignore[arg-type]


def _person_page(
    request: HttpRequest, person: User, *, form: AppointForm | None = None, password: str = "", status: int = 200
) -> HttpResponse:
    actor = request.user
    context = {
        "person": person,
        "is_locked": person.locked_until is not None and person.locked_until > timezone.now(),
        "memberships": [(m, policies.dismiss(actor, m)) for m in queries.history_of(person)],
        "form": form or AppointForm(),
        "may_appoint": policies.appoint(actor, person),
        "may_reset": policies.reset_password(actor, person),
        "may_deactivate": policies.deactivate_account(actor, person),
        "roles": roles.GRANTABLE,
        "password": password,
    }
    return render(request, "security/accounts/detail.html", context, status=status)


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: the account, the roles held now and before."""
    policies.view_accounts(request.user).enforce()
    return _person_page(request, _person(request, pk))


@require_POST
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    found = _person(request, pk)
    form = AppointForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form=form, status=422)
    actions.appoint(user=found, by=request.user, now=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, f"已授予{found.name}新的角色。")
    return redirect("security:accounts:detail", pk)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    membership = get_object_or_404(Membership.objects.select_related("user", "department"), pk=pk)
    actions.dismiss(membership=membership, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"已收回{membership.user.name}的角色。")
    return redirect("security:accounts:detail", membership.user_id)


@never_cache
@require_POST
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new first password, shown in this answer only."""
    user, password = actions.reset_password(user=_person(request, pk), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    return _person_page(request, user, password=password)


@require_POST
def deactivate_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    found = actions.deactivate_account(user=_person(request, pk), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"{found.name}的账号已停用。")
    return redirect("security:accounts:detail", pk)


@require_POST
def activate_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    found = actions.activate_account(user=_person(request, pk), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"{found.name}的账号已恢复。")
    return redirect("security:accounts:detail", pk)
