"""Which profiles a user may start, how they are offered, and which one a request means."""

from html import escape

from tornado import web

from .names import is_reserved


def offered(current, access, user):
    """The profiles a user may see, the default one first chosen. A check may try them all."""
    groups = set(access.groups_of(user))
    return [
        profile
        for profile in current.get("profiles") or []
        if is_reserved(user) or not profile.get("allowedGroups") or groups.intersection(profile["allowedGroups"])
    ]


def default_of(profiles):
    for profile in profiles:
        if profile.get("isDefault"):
            return profile
    return profiles[0] if profiles else None


def chosen(profiles, options, user):
    """The profile that a spawn request asks for. What is not offered is refused, however it was asked."""
    if not profiles:
        raise web.HTTPError(403, f"no profile of this hub is open to {user}")
    wanted = (options or {}).get("profile")
    if isinstance(wanted, list):
        wanted = wanted[0] if wanted else None
    if not wanted:
        return default_of(profiles)
    for profile in profiles:
        if profile["id"] == wanted:
            return profile
    names = ", ".join(profile["id"] for profile in profiles)
    raise web.HTTPError(400, f"profile {wanted!r} is not open to {user}; there is: {names}")


def form(profiles):
    """A list of radio buttons; nothing at all when there is nothing to choose."""
    if len(profiles) < 2:
        return ""
    preset = default_of(profiles)
    return "\n".join(
        ['<div class="list-group mb-3" id="hubfleet-profiles">']
        + [_row(profile, profile is preset) for profile in profiles]
        + ["</div>"]
    )


def _row(profile, is_preset):
    name = escape(profile.get("name") or profile["id"])
    description = escape(profile.get("description") or "")
    limits = escape(_limits(profile))
    return (
        '<label class="list-group-item d-flex gap-3 align-items-start">'
        '<input class="form-check-input flex-shrink-0" type="radio" name="profile"'
        f' value="{escape(profile["id"], quote=True)}"{" checked" if is_preset else ""}>'
        f"<span><strong>{name}</strong>"
        + (f'<br><span class="text-body-secondary">{description}</span>' if description else "")
        + (f'<br><small class="text-body-secondary">{limits}</small>' if limits else "")
        + "</span></label>"
    )


def _limits(profile):
    parts = []
    if profile.get("cpuLimit"):
        parts.append(f"{profile['cpuLimit']:g} CPU")
    if profile.get("memoryLimitBytes"):
        parts.append(f"{profile['memoryLimitBytes'] / 2**30:.3g} GiB memory")
    return " · ".join(parts)
