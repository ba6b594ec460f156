"""What a server is told when it starts."""

from __future__ import annotations

import ipaddress
import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from aftershock.errors import UsageError

__all__ = ["Settings", "is_loopback"]

SHORTEST = 16  # characters of a token
MIB = 2**20


def is_loopback(host: str) -> bool:
    """Return whether an address can be reached from this machine alone.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_proxy(text: str) -> None:
    try:
        if text != "*":
            ipaddress.ip_network(text)
    except ValueError:
        raise UsageError(
            "a proxy must be given by its address or network",
            found=repr(text[:60]),
            fix="Write for example 10.0.0.7, 172.16.0.0/12, or * for any.",
        ) from None


@dataclass(frozen=True)
class Settings:
    """A server's data directory, address, token and limits.

    Parameters
    ----------
    data : pathlib.Path
        The data directory; what the server writes lies in ``web`` below it.
    host, port
        Where it listens.
    token : str, optional
        Asked of everybody who does not come from this machine; needed for a host that others can reach.
    names : tuple of str
        Further names it is reached under, behind a proxy for instance; requests to others are refused.
    proxies : tuple of str
        Addresses and networks of proxies whose ``X-Forwarded-Proto`` and ``X-Forwarded-For`` are believed; ``*`` for any.
    max_body : int
        Bytes of a request.
    max_waiting : int
        Jobs that may wait at a time.
    kept_jobs : int
        Ended jobs that are kept, with their results.
    request_seconds : float
        How long a request may take; longer work is a job.
    secret : bytes
        What forms are signed with; new at each start.

    Examples
    --------
    >>> Settings(data=Path("store"), host="0.0.0.0")
    Traceback (most recent call last):
    aftershock.errors.UsageError: an address that others can reach needs a token; found host 0.0.0.0 and no token. ...
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8650
    token: str | None = field(default=None, repr=False)
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    max_body: int = 20 * MIB
    max_waiting: int = 20
    kept_jobs: int = 100
    request_seconds: float = 30.0
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def __post_init__(self) -> None:
        if not is_loopback(self.host) and not self.token:
            raise UsageError(
                "an address that others can reach needs a token",
                found=f"host {self.host} and no token",
                fix="Put one into the environment, AFTERSHOCK_TOKEN, or listen on 127.0.0.1.",
            )
        if self.token is not None and len(self.token) < SHORTEST:
            raise UsageError(
                f"a token must have {SHORTEST} characters or more",
                found=f"{len(self.token)}",
                fix="Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
            )
        for proxy in self.proxies:
            _check_proxy(proxy)

    @property
    def folder(self) -> Path:
        """Where the server keeps jobs and results."""
        return self.data / "web"

    @cached_property
    def allowed_hosts(self) -> frozenset[str] | None:
        """Names that a request may be sent to; None where any will do, since the token guards."""
        if not is_loopback(self.host) and not self.names:
            return None
        return frozenset({"127.0.0.1", "localhost", "[::1]", self.host, *(name.lower() for name in self.names)})

    @classmethod
    def token_from(cls, environment: os._Environ[str] | dict[str, str]) -> str | None:
        """Return the token of the environment: ``AFTERSHOCK_TOKEN``, or the file that ``AFTERSHOCK_TOKEN_FILE`` names."""
        if path := environment.get("AFTERSHOCK_TOKEN_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise UsageError(
                    "the token's file must be readable", found=f"{path}: {error.strerror}", fix="Check the path."
                ) from error
        return environment.get("AFTERSHOCK_TOKEN") or None
