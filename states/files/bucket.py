"""A bucket of S3-compatible storage as the place where sealed files lie, for several servers at once."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from urllib3.exceptions import HTTPError

from states.errors import BadInput, FileDamaged, FilesAway
from states.settings import Settings

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

#: bytes of a part of an upload: the protocol takes 10,000 of them, each of at least 5 MiB but the last
PART = 16 << 20

#: bytes that are read at a time
AT_ONCE = 1 << 18

#: seconds for a connection, and for an answer; how often a request is made in all, with pauses in between
CONNECTING, ANSWERING, TIMES = 5, 30, 3

#: what storage says of what is not there, or not in its whole length
_NOT_THERE = ("404", "NoSuchKey", "InvalidRange")


class Bucket:
    """A bucket, or what begins with a prefix in it; this installation alone may write there.

    Args:
        client: speaks to the storage.
        bucket: its name.
        prefix: what the name of each file begins with there; empty: nothing.
    """

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The bucket that the settings name; nothing is asked of it yet.

        Raises:
            BadInput: the settings cannot be used.
        """
        bucket, _, prefix = settings.files_bucket.partition("/")
        how = Config(
            connect_timeout=CONNECTING,
            read_timeout=ANSWERING,
            retries={"total_max_attempts": TIMES, "mode": "standard"},
            # What other storage than Amazon's may not know; our own seal tells of any change.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        try:
            client = boto3.client(
                "s3",
                endpoint_url=settings.files_endpoint or None,
                region_name=settings.files_region,
                aws_access_key_id=settings.files_access_key.get_secret_value() or None,
                aws_secret_access_key=settings.files_secret_key.get_secret_value() or None,
                config=how,
            )
        except (BotoCoreError, ValueError) as error:
            kind = type(error).__name__
            message = f"The storage for files cannot be used ({kind}). Nothing was done: correct TAT_FILES_…."
            raise BadInput(message) from None
        return cls(client, bucket, f"{prefix}/" if prefix else "")

    def _key(self, name: str) -> str:
        return self._prefix + name

    @contextmanager
    def writing(self, name: str) -> Iterator["_Upload"]:
        """Write a file that is there once the block ends; what was sent before a failure is taken back.

        Raises:
            FilesAway: the storage cannot be reached, or refuses it.
        """
        upload = _Upload(self._client, self._bucket, self._key(name))
        try:
            yield upload
            upload.finish()
        except BaseException:
            upload.give_up()
            raise

    def reading(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes of a file from one to the one before another.

        Raises:
            FileDamaged: it is not there, or ends before.
            FilesAway: the storage cannot be reached, or breaks off.
        """
        with _trouble(name):
            asked = f"bytes={start}-{end - 1}"
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(name), Range=asked)
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(AT_ONCE)

    def lying(self) -> Iterator[tuple[str, int, datetime]]:
        """Every whole file that lies there: its name, how many bytes it has, and since when.

        Raises:
            FilesAway: the storage cannot be reached.
        """
        with _trouble(""):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for one in page.get("Contents", []):
                    name = one["Key"].removeprefix(self._prefix)
                    # What lies deeper is another installation's.
                    if "/" not in name:
                        yield name, one["Size"], one["LastModified"]

    def remove(self, name: str) -> None:
        """Remove a file, if it is there.

        Raises:
            FilesAway: the storage cannot be reached.
        """
        with _trouble(name):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def tidy(self, before: datetime) -> int:
        """Take back uploads that were begun before a moment and never ended; returns how many they were.

        Raises:
            FilesAway: the storage cannot be reached.
        """
        taken_back = 0
        with _trouble(""):
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for one in page.get("Uploads", []):
                    if one["Initiated"] < before:
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=one["Key"], UploadId=one["UploadId"]
                        )
                        taken_back += 1
        return taken_back


class _Upload:
    """A file on its way: in one request if it is short, else in parts that become a file together."""

    def __init__(self, client: "S3Client", bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._waiting = bytearray()
        self._upload_id = ""
        self._parts = list["CompletedPartTypeDef"]()

    def write(self, data: bytes) -> None:
        """Write on; a part leaves once it is long enough.

        Raises:
            FilesAway: the storage cannot be reached, or refuses it.
        """
        self._waiting += data
        while len(self._waiting) > PART:
            self._send(bytes(self._waiting[:PART]))
            del self._waiting[:PART]

    def finish(self) -> None:
        """Send what is left, and let all of it be one file.

        Raises:
            FilesAway: the storage cannot be reached, or refuses it.
        """
        rest = bytes(self._waiting)
        if not self._upload_id:
            with _trouble(""):
                self._client.put_object(Bucket=self._bucket, Key=self._key, Body=rest)
            return
        self._send(rest)
        with _trouble(""):
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._upload_id,
                MultipartUpload={"Parts": self._parts},
            )

    def _send(self, part: bytes) -> None:
        with _trouble(""):
            if not self._upload_id:
                begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._key)
                self._upload_id = begun["UploadId"]
            number = len(self._parts) + 1
            sent = self._client.upload_part(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._upload_id,
                PartNumber=number,
                Body=part,
            )
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})

    def give_up(self) -> None:
        """Take back what was sent, as far as that is possible; what stays is tidied away later."""
        if not self._upload_id:
            return
        try:
            with _trouble(""):
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=self._key, UploadId=self._upload_id
                )
        except (FilesAway, FileDamaged):
            return


@contextmanager
def _trouble(name: str) -> Iterator[None]:
    """What goes wrong with the storage, in a sentence that quotes nothing of what it says.

    Args:
        name: the file that is asked for; empty: none is.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if name and code in _NOT_THERE:
            raise FileDamaged(name) from None
        raise _away(code if code.isalnum() else "refused") from None
    except (BotoCoreError, HTTPClientError, HTTPError) as error:
        raise _away(type(error).__name__) from None


def _away(why: str) -> FilesAway:
    return FilesAway(
        f"The storage where files are kept cannot be used just now ({why}). Nothing was kept or shown: try "
        "again later, and tell whoever looks after this installation if it stays."
    )
