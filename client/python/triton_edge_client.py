"""Embeddings of photos and words from a triton-edge gateway: the same behaviour as the TypeScript client."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx

__all__ = [
    "AdaptiveConcurrency",
    "Embedding",
    "EmbeddingClient",
    "EmbeddingError",
    "VectorSet",
    "cosine",
]

Tag = TypeVar("Tag")
Result = TypeVar("Result")
Input = bytes | str

BINARY = "application/octet-stream"
#: Codes of the gateway's catalogue for which the same request may succeed later, and that no gateway answered.
RETRYABLE_CODES = frozenset({
    "body_timeout", "url_unreachable", "overloaded", "upstream_error", "upstream_unavailable", "draining",
    "deadline_exceeded", "unreachable",
})
RETRYABLE_STATUSES = frozenset({408, 429, 502, 503, 504})
#: Codes that say nothing of the input.
GATEWAY_CODES = frozenset({"unauthorized", "model_not_found", "not_found", "mixed_vectors"})

ATTEMPTS_MAX = 6
BASE_SECONDS = 0.25
WAIT_SECONDS_MAX = 20.0
RETRY_SHARE = 0.2
TOKENS_START = 10.0
TOKENS_MAX = 100.0


class EmbeddingError(Exception):
    """Why there is no embedding, by the code that the gateway gave it."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        #: Seconds that the gateway asks to wait for.
        self.retry_after = retry_after
        self.request_id = request_id

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed when it is sent again."""
        if self.code == "unexpected_reply":
            # A proxy between has no codes of ours.
            return self.status in RETRYABLE_STATUSES
        return self.code in RETRYABLE_CODES

    @property
    def is_of_gateway(self) -> bool:
        """Whether it says nothing of the input, and everything of the gateway or the way there."""
        return self.is_retryable or self.code in GATEWAY_CODES


@dataclass(frozen=True)
class Embedding:
    """A vector, and what it may be compared with."""

    #: f32 [dim], of length 1.
    vector: array[float]
    #: ``image`` or ``text``.
    modality: str
    space: str
    preprocess_id: str
    made_by: str
    #: Whether the end of a text had no influence.
    is_truncated: bool
    #: SHA-256 of the model's ONNX file, hex; a gateway that is older does not say it.
    model_digest: str | None = None


def cosine(a: array[float], b: array[float]) -> float:
    """Cosine of the angle between two vectors of length 1."""
    return sum(x * y for x, y in zip(a, b, strict=True))


@dataclass
class VectorSet(Generic[Tag]):
    """Vectors of one space, each with whatever its caller knows it by; looks through all of them."""

    rows: list[tuple[Tag, array[float]]] = field(default_factory=list)
    _known: dict[str, Embedding] = field(default_factory=dict)

    def add(self, tag: Tag, embedding: Embedding) -> None:
        """Raises ``mixed_vectors`` where it says nothing about those that are in."""
        self._admit(embedding)
        self.rows.append((tag, embedding.vector))

    def nearest(self, embedding: Embedding, count: int) -> list[tuple[Tag, float]]:
        """So many, nearest first. Raises as ``add()``."""
        self._admit(embedding)
        scored = [(tag, cosine(vector, embedding.vector)) for tag, vector in self.rows]
        return sorted(scored, key=lambda pair: -pair[1])[:count]

    def _admit(self, embedding: Embedding) -> None:
        known = self._known.get(embedding.modality) or next(iter(self._known.values()), embedding)
        is_other_kind = known.modality != embedding.modality
        is_same_id = known.preprocess_id == embedding.preprocess_id
        digests = {known.model_digest, embedding.model_digest} - {None}
        if known.space != embedding.space or not (is_other_kind or is_same_id and len(digests) < 2):
            raise EmbeddingError(
                "mixed_vectors",
                f"Cannot compare vectors of space {embedding.space} with preprocess id "
                f"{embedding.preprocess_id} ({embedding.made_by}) with those of space {known.space} "
                f"with preprocess id {known.preprocess_id} ({known.made_by}): embed all anew by one of them",
            )
        self._known.setdefault(embedding.modality, embedding)


class AdaptiveConcurrency:
    """How many requests are in flight: one more until replies take twice as long as they need, then 0.6 as many."""

    def __init__(self, least: int = 1, most: int = 64) -> None:
        self._least, self._most = least, most
        self._limit = 4.0
        self._is_starting = self._is_probing = True
        self._is_refused = False
        self._floor = self._last_floor = float("inf")
        self._probed = 0.0
        self._since = self._started = -1.0
        self._sum, self._replies = 0.0, 0

    @property
    def current(self) -> int:
        """Requests that may be in flight."""
        return int(self._bounded(self._limit / 3 if self._is_probing else self._limit))

    def replied(self, seconds: float, now: float) -> None:
        """Takes note of a reply, its round trip and when it came."""
        if now - seconds < self._since:
            return
        if self._started < 0:
            self._started = now - seconds
        self._sum += seconds
        self._replies += 1
        enough = 3 if self._is_probing or now - self._started >= 1 else 8
        if self._replies < max(enough, self.current):
            return
        self._learn(self._sum / self._replies, now)
        self._sum, self._replies, self._is_refused, self._started = 0.0, 0, False, now

    def refused(self) -> None:
        """Takes note that the gateway has no room: once for what was in flight then."""
        if not self._is_refused:
            self._limit = self._bounded(self._limit * 0.7)
            self._is_refused, self._is_starting = True, False

    def _learn(self, average: float, now: float) -> None:
        self._floor = min(self._floor, average)
        if self._is_probing:
            self._last_floor, self._floor = self._floor, float("inf")
            self._is_probing, self._probed = False, now
            return
        if not self._is_refused:
            if average <= min(self._floor, self._last_floor) * 2 + 0.015:
                self._limit = self._bounded(self._limit * 2 if self._is_starting else self._limit + 1)
            else:
                self._limit = self._bounded(self._limit * 0.6)
                self._is_starting, self._since = False, now
        if now - self._probed >= 2:
            self._is_probing, self._since = True, now

    def _bounded(self, limit: float) -> float:
        return min(self._most, max(1, self._least, limit))


class EmbeddingClient:
    """Asks one gateway for embeddings; may be used from several threads."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        model: str | None = None,
        timeout: float = 60.0,
        attempts_max: int = ATTEMPTS_MAX,
        base_seconds: float = BASE_SECONDS,
    ) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("url must be http or https")
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._attempts_max, self._base_seconds = attempts_max, base_seconds
        self._params = {} if model is None else {"model": model}
        self._tokens, self._lock = TOKENS_START, threading.Lock()
        self._http = httpx.Client(
            headers={} if key is None else {"authorization": f"Bearer {key}"},
            timeout=timeout,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        )

    def __enter__(self) -> EmbeddingClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes connections."""
        self._http.close()

    def models(self) -> list[dict[str, Any]]:
        """The models that are served."""

        def attempt() -> list[dict[str, Any]]:
            models: list[dict[str, Any]] = _json(self._send("GET", "/models"))["models"]
            return models

        return self._retry(attempt, None)

    def embed(self, item: Input, *, on_reply: AdaptiveConcurrency | None = None) -> Embedding:
        """Embeds a photo or a text. Raises EmbeddingError."""

        def attempt() -> Embedding:
            started = time.monotonic()
            embedding = self._attempt(item)
            if on_reply is not None:
                now = time.monotonic()
                with self._lock:
                    on_reply.replied(now - started, now)
            return embedding

        return self._retry(attempt, on_reply)

    def embed_all(
        self,
        jobs: Iterable[tuple[Tag, Input | Callable[[], Input]]],
        *,
        concurrency: int | None = None,
    ) -> Iterator[tuple[Tag, Embedding | Exception]]:
        """Embeds inputs as they come; results come as they are ready, not in order.

        What is a function is called when its turn comes. Raises EmbeddingError where the trouble is the gateway's and
        not an input's, once attempts are used up and what was embedded so far has come out.
        """
        least, most = (1, 64) if concurrency is None else (concurrency, concurrency)
        limit = AdaptiveConcurrency(least, most)
        source, flying = iter(jobs), dict[Future[Embedding], Tag]()
        fatal: EmbeddingError | None = None
        is_over = False

        def run(item: Input | Callable[[], Input]) -> Embedding:
            return self.embed(item() if callable(item) else item, on_reply=limit)

        with ThreadPoolExecutor(max_workers=most) as pool:
            while True:
                while not is_over and fatal is None and len(flying) < limit.current:
                    job = next(source, None)
                    if job is None:
                        is_over = True
                    else:
                        flying[pool.submit(run, job[1])] = job[0]
                if not flying:
                    break
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    tag, error = flying.pop(future), future.exception()
                    if isinstance(error, EmbeddingError) and error.is_of_gateway:
                        fatal = fatal or error
                    elif isinstance(error, Exception):
                        yield tag, error
                    elif error is None:
                        yield tag, future.result()
        if fatal is not None:
            raise fatal

    def _attempt(self, item: Input) -> Embedding:
        is_photo = isinstance(item, bytes | bytearray)
        reply = self._send(
            "POST",
            "/embed",
            params=self._params,
            content=item,
            headers={"accept": BINARY, "content-type": BINARY if is_photo else "text/plain; charset=utf-8"},
        )
        space, preprocess_id = (
            reply.headers.get(name) for name in ("x-embedding-space", "x-preprocess-id")
        )
        if space is None or preprocess_id is None or len(reply.content) % 4 or not reply.content:
            raise _not_a_gateway(reply.status)
        vector = array("f", reply.content)
        if sys.byteorder == "big":
            vector.byteswap()
        return Embedding(
            vector, "image" if is_photo else "text", space, preprocess_id, self.url,
            "x-embedding-truncated" in reply.headers, reply.headers.get("x-model-digest"),
        )

    def _send(self, method: str, path: str, **request: Any) -> _Reply:
        # httpx's own timeout is that of one read; this one is that of all of them.
        deadline = time.monotonic() + self._timeout
        chunks: list[bytes] = []
        try:
            with self._http.stream(method, self.url + path, **request) as response:
                for chunk in response.iter_bytes():
                    chunks.append(chunk)
                    if time.monotonic() > deadline:
                        raise httpx.ReadTimeout("too slow")
        except httpx.TimeoutException as error:
            message = f"{self.url} did not answer within {self._timeout * 1000:.0f} ms"
            raise EmbeddingError("unreachable", message) from error
        except httpx.HTTPError as error:
            raise EmbeddingError("unreachable", f"Cannot reach {self.url}: {error}") from error
        reply = _Reply(response.status_code, response.headers, b"".join(chunks))
        if response.is_success:
            return reply
        raise _reply_error(reply, str(response.url))

    def _retry(self, attempt: Callable[[], Result], limit: AdaptiveConcurrency | None) -> Result:
        count = 0
        while True:
            count += 1
            try:
                result = attempt()
            except EmbeddingError as error:
                if not error.is_retryable or count >= self._attempts_max:
                    raise
                with self._lock:
                    # What the gateway sends away itself costs it next to nothing.
                    if error.retry_after is None:
                        if self._tokens < 1:
                            raise
                        self._tokens -= 1
                    if limit is not None and error.status in (429, 503):
                        limit.refused()
                ceiling = min(WAIT_SECONDS_MAX, self._base_seconds * 2 ** (count - 1))
                # Behind what was asked for, or everybody would come at once.
                time.sleep(min(error.retry_after or 0, WAIT_SECONDS_MAX) + random.random() * ceiling)
            else:
                with self._lock:
                    self._tokens = min(TOKENS_MAX, self._tokens + RETRY_SHARE)
                return result


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: httpx.Headers
    content: bytes


def _not_a_gateway(status: int) -> EmbeddingError:
    message = "The reply has no embedding with its space and preprocess id: is this a gateway?"
    return EmbeddingError("unexpected_reply", message, status=status)


def _json(reply: _Reply) -> Any:
    try:
        return json.loads(reply.content)
    except ValueError as error:
        raise _not_a_gateway(reply.status) from error


def _reply_error(reply: _Reply, url: str) -> EmbeddingError:
    try:
        error = json.loads(reply.content)["error"]
        code, message = str(error["code"]), str(error["message"])
        if code == "not_found":
            message = f"There is no {url.split('?')[0]}: is the gateway's url right? It ends before /embed"
    except (ValueError, KeyError, TypeError):
        code, error = "unexpected_reply", {}
        message = f"The reply has status {reply.status} and is not a gateway's"
    return EmbeddingError(
        code,
        message,
        status=reply.status,
        retry_after=_retry_after(reply.headers),
        request_id=error.get("request_id"),
    )


def _retry_after(headers: httpx.Headers) -> float | None:
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers[name]) / unit
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None
