"""Acts on accounts and keys."""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from redis.exceptions import RedisError

from audit import log
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Conflict, Invalid
from security.access import roles
from security.accounts import policies, queries
from security.accounts.models import ApiClient, ApiClientKind, Membership, User
from security.departments import actions as departments
from security.departments.models import Department

KEY_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class KeyResult:
    """Who the key acts for, or why it does not open."""

    actor: Any = None
    api_client: Any = None
    reason: str = ""
    code: str = ""
    remedy: str = ""


def open_with_key(*, key: str, now: datetime) -> KeyResult:
    """Whom a key acts for. Notes the day of use once a day, so that reads do not become writes."""
    found = (
        ApiClient.objects.filter(key_hash=_hash(key))
        .select_related("department", "membership__user", "membership__department", "membership__stands_in_for__user")
        .first()
    )
    if found is None:
        return KeyResult(
            reason="密钥不存在，或抄写有误。",
            code="key_unknown",
            remedy="请核对请求头 Authorization 中的密钥；遗失的请到“开发者 / 访问密钥”重新签发。",
        )
    refusal = _refusal(found, now)
    if refusal is not None:
        return refusal
    today = day_of(now)
    if found.last_used_on != today:
        ApiClient.objects.filter(pk=found.pk).update(last_used_on=today)
    if found.membership is None:
        return KeyResult(actor=found, api_client=found)
    person = found.membership.user
    person.acting = found.membership.as_acting()
    return KeyResult(actor=person, api_client=found)


def _refusal(found: ApiClient, now: datetime) -> KeyResult | None:
    again = "请本部门经办或负责人到“开发者 / 访问密钥”签发新的密钥，旧密钥不能恢复。"
    if found.revoked_at is not None:
        reason = f"密钥 {found.key_prefix}… 已在 {day_of(found.revoked_at)} 撤销。"
        return KeyResult(reason=reason, code="key_revoked", remedy=again)
    if found.expires_at <= now:
        reason = f"密钥 {found.key_prefix}… 已在 {day_of(found.expires_at)} 到期。"
        return KeyResult(reason=reason, code="key_expired", remedy=again)
    membership = found.membership
    if not found.department.is_active or (
        membership is not None and (not membership.holds_at(now) or not membership.user.is_active)
    ):
        reason = f"密钥 {found.key_prefix}… 的持有人已离任，或所属部门已停用。"
        return KeyResult(reason=reason, code="key_owner_gone", remedy=again)
    return None


@transaction.atomic
def issue_api_client(
    *, by: User, now: datetime, name: str, purpose: str, kind: str, expires_at: datetime
) -> tuple[ApiClient, str]:
    """A new key of the actor's department; the second value is the key itself, which is kept nowhere."""
    policies.issue_api_client(by, by.department).enforce()
    last = now + timedelta(days=settings.API_CLIENT_MAX_DAYS)
    if not now < expires_at <= last:
        raise Invalid(
            f"密钥的有效期最长 {settings.API_CLIENT_MAX_DAYS} 天。",
            code="EXPIRY_OUT_OF_RANGE",
            remedy=f"请选 {day_of(now)} 至 {day_of(last) - timedelta(days=1)} 之间的日期。",
        )
    membership = queries.acting_membership(by) if kind == ApiClientKind.PERSON else None
    if kind == ApiClientKind.PERSON and membership is None:
        raise Conflict("您的任职已经结束，不能签发个人密钥。", remedy="请重新登录后再试。")
    prefix = "gd_" + "".join(secrets.choice(KEY_ALPHABET) for _ in range(8))
    key = f"{prefix}_{secrets.token_urlsafe(32)}"
    api_client = ApiClient.objects.create(
        department=by.department, kind=kind, membership=membership, name=name, purpose=purpose,
        key_prefix=prefix, key_hash=_hash(key), created_at=now, created_by=by, expires_at=expires_at,
    )  # fmt: skip
    log.record(
        "api_client.issue", by=by, at=now, subject=api_client, subject_label=f"{name} {prefix}…",
        kind=kind, purpose=purpose, expires_on=str(day_of(expires_at)),
    )  # fmt: skip
    return api_client, key


@transaction.atomic
def revoke_api_client(*, api_client: ApiClient, by: User, now: datetime) -> ApiClient:
    """The key opens nothing from this moment on."""
    locked = ApiClient.objects.select_for_update(of=("self",), no_key=True).get(pk=api_client.pk)
    policies.revoke_api_client(by, locked).enforce()
    if locked.revoked_at is not None:
        raise Conflict(f"这把密钥已在 {day_of(locked.revoked_at)} 撤销。", remedy="请刷新页面。")
    locked.revoked_at, locked.revoked_by = now, by
    locked.save(update_fields=["revoked_at", "revoked_by"])
    log.record("api_client.revoke", by=by, at=now, subject=locked, subject_label=f"{locked.name} {locked.key_prefix}…")
    return locked


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True)
class SignInResult:
    """The person, or the sentence that says why not. The same for a wrong name and a wrong password."""

    user: User | None = None
    reason: str = ""


def sign_in(*, username: str, password: str, now: datetime) -> SignInResult:
    """Check name and password; lock after SIGN_IN_MAX_FAILURES wrong ones. Never raises: counts must be kept."""
    username = username.strip()
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",), no_key=True).filter(username=username).first()
        if user is None:
            return _unknown_name(username, password, now)
        if user.locked_until is not None and user.locked_until > now:
            _record_refusal(user, now, reason="locked")
            return SignInResult(reason=_locked_words(user.locked_until))
        if user.locked_until is not None:
            user.failed_sign_ins, user.locked_until = 0, None
        if not user.check_password(password) or not user.is_active:
            return _count_failure(user, now)
        user.failed_sign_ins = 0
        user.save(update_fields=["failed_sign_ins", "locked_until"])
        log.record("account.sign_in", by=user, at=now, subject=user, subject_label=user.name)
        return SignInResult(user=user)


def _count_failure(user: User, now: datetime) -> SignInResult:
    user.failed_sign_ins += 1
    _record_refusal(user, now, reason="password" if user.is_active else "inactive", failures=user.failed_sign_ins)
    if user.failed_sign_ins >= settings.SIGN_IN_MAX_FAILURES:
        user.locked_until = now + timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
        log.record(
            "account.lock", by=None, at=now, subject=user, subject_label=user.name,
            failures=user.failed_sign_ins, until=user.locked_until.isoformat(),
        )  # fmt: skip
    user.save(update_fields=["failed_sign_ins", "locked_until"])
    return SignInResult(reason=_refused_words(user.failed_sign_ins, user.locked_until))


def _unknown_name(username: str, password: str, now: datetime) -> SignInResult:
    """Take the time and give the words of a known name, lock included, so that names cannot be guessed."""
    User().set_password(password)
    slot = "sign_in:" + hashlib.sha256(username.encode()).hexdigest()
    failures, until = _counted(slot)
    if until is not None and until <= now:
        failures, until = 0, None
    log.record(
        "account.sign_in_refused", by=None, at=now, is_allowed=False, subject_label=f"{username[:2]}…", reason="name"
    )
    if until is not None:
        return SignInResult(reason=_locked_words(until))
    failures += 1
    if failures >= settings.SIGN_IN_MAX_FAILURES:
        until = now + timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    with suppress(RedisError):
        cache.set(slot, (failures, until), timeout=24 * 3600)
    return SignInResult(reason=_refused_words(failures, until))


def _counted(slot: str) -> tuple[int, datetime | None]:
    """Failures of an unknown name so far; none when the cache is lost, for people must still be able to sign in."""
    with suppress(RedisError):
        return cache.get(slot, (0, None))
    return 0, None


def _record_refusal(user: User, now: datetime, **facts: object) -> None:
    log.record(
        "account.sign_in_refused", by=None, at=now, subject=user, subject_label=user.name, is_allowed=False, **facts
    )


def _refused_words(failures: int, locked_until: datetime | None) -> str:
    if locked_until is not None:
        return _locked_words(locked_until)
    left = settings.SIGN_IN_MAX_FAILURES - failures
    return f"用户名或密码不对。还可以试 {left} 次，之后账号将锁定 {settings.SIGN_IN_LOCK_MINUTES} 分钟。"


def _locked_words(until: datetime) -> str:
    moment = until.astimezone(SHANGHAI)
    return (
        f"连续 {settings.SIGN_IN_MAX_FAILURES} 次没有登录成功，账号已锁定，{moment:%Y-%m-%d %H:%M} 解锁。"
        "忘记密码的，请联系系统管理员重置。"
    )


@transaction.atomic
def sign_out(*, by: User, now: datetime) -> None:
    """Note that a person left; the edge ends the session."""
    log.record("account.sign_out", by=by, at=now, subject=by, subject_label=by.name)


@transaction.atomic
def choose_membership(*, membership: Membership, by: User, now: datetime) -> Membership:
    """From now on the person acts in this membership; the edge keeps the choice in the session."""
    policies.choose_membership(by, membership).enforce()
    log.record(
        "account.act_as", by=by, at=now, subject=membership,
        subject_label=f"{membership.department.name} {roles.ROLES[membership.role].label}",
    )  # fmt: skip
    return membership


@transaction.atomic
def change_password(*, by: User, now: datetime, password: str) -> User:
    """A new password of one's own; other sessions end because Django's session hash changes."""
    locked = _locked_user(by)
    locked.set_password(password)
    locked.must_change_password = False
    locked.save(update_fields=["password", "must_change_password"])
    log.record("account.change_password", by=by, at=now, subject=locked, subject_label=locked.name)
    return locked


@transaction.atomic
def found_portal(
    *, department: dict[str, Any], administrators: dict[str, tuple[str, str]], now: datetime
) -> dict[str, str]:
    """The first department and the three administrators (role → user name, name) of an empty portal.

    Returns role → first password. Afterwards accounts come from the system administrator, roles from the security
    administrator; there is no other way in.
    """
    if Department.objects.exists() or User.objects.exists():
        raise Conflict("平台已经有部门或人员，不能再初始化。", remedy="请由系统管理员建立账号，由安全管理员授予角色。")
    if set(administrators) != set(roles.EXCLUSIVE_CODES) or len({name for name, _ in administrators.values()}) < 3:
        raise Invalid("三员必须是三个人。", code="ADMINISTRATORS_EXCLUSIVE", remedy="请给出三个不同的用户名。")
    authority = Department.objects.create(**department)
    departments.group_of(authority)
    log.record("department.create", by=None, at=now, subject=authority, reason="平台初始化")
    passwords = {}
    for role, (username, name) in administrators.items():
        passwords[role] = _first_password()
        user = User(username=username, name=name, must_change_password=True)
        user.set_password(passwords[role])
        user.save()
        log.record("account.create", by=None, at=now, subject=user, subject_label=name, username=username)
        membership = Membership.objects.create(
            user=user, department=authority, role=role, post=roles.ROLES[role].label, started_at=now
        )
        log.record(
            "membership.appoint", by=None, at=now, subject=membership, subject_label=name,
            department=authority.name, role=roles.ROLES[role].label,
        )  # fmt: skip
    return passwords


@transaction.atomic
def create_account(*, by: User, now: datetime, username: str, name: str, phone: str = "") -> tuple[User, str]:
    """A person who may sign in and holds no role yet; the second value is his first password, kept nowhere."""
    policies.create_account(by, None).enforce()
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(f"用户名“{username}”已有人用。", code="USERNAME_TAKEN", remedy="请换一个，例如加上单位的字母。")
    password = _first_password()
    user = User(username=username, name=name, phone=phone, must_change_password=True)
    user.set_password(password)
    user.save()
    log.record("account.create", by=by, at=now, subject=user, subject_label=name, username=username)
    return user, password


@transaction.atomic
def reset_password(*, user: User, by: User, now: datetime) -> tuple[User, str]:
    """A new first password, the lock lifted; the person must change it when he next signs in."""
    locked = _locked_user(user)
    policies.reset_password(by, locked).enforce()
    password = _first_password()
    locked.set_password(password)
    locked.must_change_password, locked.failed_sign_ins, locked.locked_until = True, 0, None
    locked.save(update_fields=["password", "must_change_password", "failed_sign_ins", "locked_until"])
    log.record("account.reset_password", by=by, at=now, subject=locked, subject_label=locked.name)
    return locked, password


@transaction.atomic
def deactivate_account(*, user: User, by: User, now: datetime) -> User:
    """The person cannot sign in, and his memberships and keys open nothing; what he did stays."""
    locked = _locked_user(user)
    policies.deactivate_account(by, locked).enforce()
    return _set_active(locked, False, verb="account.deactivate", by=by, now=now)


@transaction.atomic
def activate_account(*, user: User, by: User, now: datetime) -> User:
    """The person may sign in again."""
    locked = _locked_user(user)
    policies.activate_account(by, locked).enforce()
    return _set_active(locked, True, verb="account.activate", by=by, now=now)


@transaction.atomic
def appoint(*, user: User, department: Department, role: str, post: str, by: User, now: datetime) -> Membership:
    """The person holds `role` in `department` from now on, and joins the department's group of standing rights."""
    locked = _locked_user(user)
    policies.appoint(by, locked).enforce()
    if not department.is_active:
        raise Conflict(f"{department.name}已停用，不能任职。", remedy="请选在用的部门。")
    if roles.ROLES[role].is_authority and not department.is_authority:
        raise Invalid(
            f"“{roles.ROLES[role].label}”只能在政务数据主管部门任职，{department.name}不是主管部门。",
            code="ROLE_NEEDS_AUTHORITY",
            remedy="请改选部门，或改授“经办”“负责人”。",
        )
    _refuse_clash(locked, department, role)
    membership = Membership.objects.create(
        user=locked, department=department, role=role, post=post, started_at=now, started_by=by
    )
    locked.groups.add(departments.group_of(department))
    log.record(
        "membership.appoint", by=by, at=now, subject=membership, subject_label=locked.name,
        department=department.name, role=roles.ROLES[role].label, post=post,
    )  # fmt: skip
    return membership


def _refuse_clash(user: User, department: Department, role: str) -> None:
    """What the constraints of Membership refuse, in words. The user row is locked, so nothing slips in between."""
    held = list(Membership.objects.filter(user=user, ended_at=None).select_related("department"))
    if any(m.department_id == department.pk and m.role == role for m in held):
        raise Conflict(f"{user.name}现在就是{department.name}的{roles.ROLES[role].label}。", remedy="不必再授。")
    power = role if roles.ROLES[role].is_exclusive else ""
    other = next((m for m in held if (m.role if roles.ROLES[m.role].is_exclusive else "") != power), None)
    if other is not None:
        raise Conflict(
            f"{user.name}现任{other.department.name}{roles.ROLES[other.role].label}。"
            "系统、安全、审计三员互相独立，也不兼业务角色。",
            code="ADMINISTRATORS_EXCLUSIVE",
            remedy="请先收回现有角色，或另选一人。",
        )


@transaction.atomic
def dismiss(*, membership: Membership, by: User, now: datetime) -> Membership:
    """The person holds the role no longer; keys that act as this membership open nothing from now on."""
    user = _locked_user(membership.user)
    policies.dismiss(by, membership).enforce()
    locked = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    if locked.ended_at is not None:
        raise Conflict(f"这个角色已在 {day_of(locked.ended_at)} 收回。", remedy="请刷新页面。")
    locked.ended_at, locked.ended_by = now, by
    locked.save(update_fields=["ended_at", "ended_by"])
    locked.stand_ins.filter(ended_at=None).update(ended_at=Greatest("started_at", Value(now)), ended_by=by)
    department = membership.department
    if not Membership.objects.filter(user=user, department=department, ended_at=None).exists():
        user.groups.remove(departments.group_of(department))
    log.record(
        "membership.dismiss", by=by, at=now, subject=locked, subject_label=user.name,
        department=department.name, role=roles.ROLES[locked.role].label,
    )  # fmt: skip
    return locked


def _locked_user(user: User) -> User:
    return User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)


def _set_active(locked: User, is_active: bool, *, verb: str, by: User, now: datetime) -> User:
    if locked.is_active == is_active:
        raise Conflict(f"{locked.name}的账号已经{'在用' if is_active else '停用'}。", remedy="请刷新页面。")
    locked.is_active = is_active
    locked.save(update_fields=["is_active"])
    log.record(verb, by=by, at=now, subject=locked, subject_label=locked.name)
    return locked


def _first_password() -> str:
    """Four groups of four easily read characters: about 80 bits."""
    return "-".join("".join(secrets.choice(KEY_ALPHABET) for _ in range(4)) for _ in range(4))
