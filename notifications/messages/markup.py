"""What mail programs need of a message's page: Outlook draws it with Word, and keeps inline styles alone."""

from collections.abc import Mapping

from markupsafe import Markup

#: the typeface, as it stands in each styled cell: Word hands none down into tables
FONT = "font-family:'Segoe UI','Helvetica Neue',Arial,sans-serif;"

#: the plain tags that a template writes, and how each goes out
STYLED: Mapping[str, str] = {
    "<p>": '<p style="margin:0 0 14px;">',
    "<ul>": '<ul style="margin:0 0 14px;padding-left:22px;">',
    "<li>": '<li style="margin:0 0 6px;">',
    '<table class="facts">': '<table width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="margin:4px 0 18px;border-bottom:1px solid #e3e8ed;">',
    "<th>": '<th width="36%" align="left" valign="top" style="padding:8px 10px 8px 0;'
    f'border-top:1px solid #e3e8ed;font-weight:normal;color:#566372;{FONT}font-size:16px;">',
    "<td>": '<td align="left" valign="top" style="padding:8px 10px 8px 0;border-top:1px solid #e3e8ed;'
    f'color:#1d2733;{FONT}font-size:16px;">',
    '<td class="count">': '<td align="right" valign="top" style="padding:8px 10px 8px 0;'
    f'border-top:1px solid #e3e8ed;color:#1d2733;{FONT}font-size:16px;">',
}


def plain_in_mail(body: str) -> Markup:
    """Write the styles of a message's plain tags into them; what people wrote is escaped by then.

    Args:
        body: the part of the page that a message's own template makes.
    """
    # a Markup would escape what it is given
    page = str(body)
    for tag, styled in STYLED.items():
        page = page.replace(tag, styled)
    return Markup(page)  # noqa: S704 - it is markup already, and only its tags were given styles
