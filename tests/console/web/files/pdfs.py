"""A small PDF that tries what a PDF may try as it is opened."""

#: the size of its page, in points
SIDE = 200


def pdf(url: str) -> bytes:
    """One page, all red, with a script that sends a form, follows an address, and then says something.

    Args:
        url: whose address the script is for.
    """
    drawn = f"1 0 0 rg 0 0 {SIDE} {SIDE} re f"
    to = f"{url}/report?by=script"
    tries = (f"this.submitForm('{to}')", f"app.launchURL('{to}')")
    script = "".join(f"try {{ {each} }} catch (refused) {{}} " for each in tries) + "app.alert('ran');"
    quoted = script.replace("(", r"\(").replace(")", r"\)")
    objects = (
        "<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SIDE} {SIDE}] /Contents 4 0 R >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        f"<< /S /JavaScript /JS ({quoted}) >>",
    )
    made, places = b"%PDF-1.7\n", list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return made + end.encode()
