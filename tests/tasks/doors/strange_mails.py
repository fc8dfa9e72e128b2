"""Mails that readers of mail fall over, for tests and the bench; what somebody wrote in them is invented."""

from hypothesis import strategies as st

SAID = b"He said he would bring a gun."

#: mails whose headers Python's own policies fall over, or take minutes for; each of them says something
STRANGE = {
    "Exchange's Message-ID": b"Message-ID: <[0123456789abcdef@mail.example]>\n\n" + SAID,
    "an angle that opens": b"From: <\n\n" + SAID,
    "a year of eleven digits": b"Date: Mon, 3 Nov 99999999999 08:15:00 -0700\n\n" + SAID,
    "an offset of many hours": b"Date: Mon, 3 Nov 2025 08:15:00 +99999999\n\n" + SAID,
    "the first year": b"Date: Mon, 1 Jan 0001 00:00:00 +1400\n\n" + SAID,
    "a charset of NULs": b"Content-Type: text/plain; charset=\0\0\n\n" + SAID,
    "words in no charset": b"Subject: =?klingon?b?/////w==?= =?utf-8?q?=ff?=\n\n" + SAID,
    "comments without end": b"From: (((((((a@b.example\nTo: )(\n\n" + SAID,
    "bytes for a subject": b"Subject: \xff\xfe\x80\n\n" + SAID,
    "a parameter twice": b"Content-Type: multipart/mixed; boundary=x; n*=a; n*0=b\n\n--x\n\n" + SAID,
    "half a mark-up": b"Content-Type: text/html\n\n<![" + SAID,
    "a part in a part": b"Content-Type: message/rfc822\n\n" * 1_500 + SAID,
    "a long subject": b"Subject: " + b"x " * 1_500_000 + b"\n\n" + SAID,
    "many parameters": b"Content-Type: text/plain; " + b"a=b; " * 250_000 + b"\n\n" + SAID,
    "many encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\n" + SAID,
}

#: four megabytes that take Python hours to decode
ENDLESS = b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 100_000 + b"-" + b"zzzz" * 1_000_000

#: what mails are made of
PIECES = (
    b"From: |Date: |Message-ID: |Subject: |References: |Content-Type: |multipart/mixed; |boundary=x|charset=|"
    b'name*0*=|name*=|; |--x|--|\n|\n\n|<|>|[|(|"|@|=?utf-8?b?|?=|\0|\xff|text/html|text/plain|<![|<!--|'
    b"1 Jan |message/rfc822|Content-Transfer-Encoding: base64|+9999"
).split(b"|")


#: any bytes, and the pieces that readers of mail fall over, in any order
MAILS = st.binary(max_size=300) | st.lists(st.sampled_from([*PIECES, b"9" * 5_000]), max_size=40).map(
    b"".join
)
