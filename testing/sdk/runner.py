"""Does what the cases say with the Python client: a plan on standard input, what came of it on standard output."""

import base64
import json
import sys

import triton_edge_client as sdk


def run_case(order):
    client = sdk.EmbeddingClient(
        order["url"],
        key=order.get("key"),
        model=order.get("model"),
        timeout=order.get("timeoutMs", 60_000) / 1000,
        attempts_max=order.get("attemptsMax", 6),
        base_seconds=0.001,
    )
    jobs = [
        (tag, item["text"] if "text" in item else base64.b64decode(item["photo"]))
        for tag, item in enumerate(order["inputs"])
    ]
    results = [None] * len(jobs)
    vectors = sdk.VectorSet()
    try:
        for tag, result in client.embed_all(jobs, concurrency=order.get("concurrency", 1)):
            if isinstance(result, Exception):
                results[tag] = {"code": result.code, "status": result.status}
                continue
            vectors.add(tag, result)
            results[tag] = {
                "vector": list(result.vector),
                "truncated": result.is_truncated,
                "space": result.space,
                "preprocessId": result.preprocess_id,
                "modelDigest": result.model_digest,
            }
        return {"results": results}
    except sdk.EmbeddingError as error:
        return {"fatal": error.code, "message": str(error), "results": results}
    finally:
        client.close()


plan = json.load(sys.stdin)
json.dump({"outcomes": [run_case(order) for order in plan], "retryable": sorted(sdk.RETRYABLE_CODES)}, sys.stdout)
