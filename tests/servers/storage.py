"""S3-compatible storage over real HTTP, with one bucket."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer


@contextmanager
def bucket_storage() -> Iterator[str]:
    """Storage with a bucket, ``evidence``; gives its address. What lies there, all of a process share."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="invented",
        aws_secret_access_key="invented",  # noqa: S106 - nobody's
    )
    client.create_bucket(Bucket="evidence")
    try:
        yield url
    finally:
        server.stop()
