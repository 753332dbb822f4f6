"""Prints which fields of InferenceServices are none, or of another kind, by the models of KServe's own Python package.

    python3 inference_service_fields.py FILE.json

The models are read and not imported, so that two packages are enough, without what they depend on:
pip install --no-deps kserve==0.21.0 kubernetes==35.0.0. Exits 3 where they are missing.
"""

import ast
import importlib.util
import json
import pathlib
import re
import sys

# What KServe calls Kubernetes' own classes by, now and then.
PREFIX = "K8sIoApiAppsV1"
KINDS = {"str": str, "int": int, "bool": bool, "float": (int, float), "ResourceQuantity": (str, int)}


def model_files() -> dict[str, pathlib.Path]:
    """Files of both packages' models by the names of their classes, in small letters."""
    files = {}
    for package, folder in (("kubernetes", "client/models"), ("kserve", "models")):
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            print(f"The Python package {package} is not installed", file=sys.stderr)
            sys.exit(3)
        root = pathlib.Path(spec.submodule_search_locations[0]) / folder
        files.update({path.stem.replace("_", ""): path for path in root.glob("*.py")})
    return files


FILES = model_files()
FIELDS: dict[str, dict[str, str]] = {}


def fields_of(name: str) -> dict[str, str] | None:
    """Types of a class by the names of its fields in JSON; None for what is no class."""
    if name not in FIELDS:
        path = FILES.get(name.replace(PREFIX, "V1").lower())
        if path is None:
            return None
        text = path.read_text()
        tables = {
            table: ast.literal_eval(re.search(rf"^    {table} = (\{{.*?\}})$", text, re.DOTALL | re.MULTILINE)[1])
            for table in ("openapi_types", "attribute_map")
        }
        names = tables["attribute_map"]
        FIELDS[name] = {names[field]: kind for field, kind in tables["openapi_types"].items()}
    return FIELDS[name]


def problems(value, kind: str, at: str):
    """Yields a line for each field that is wrong."""
    kind = kind.replace(" ", "")
    if item := re.fullmatch(r"list\[(.+)\]", kind):
        if not isinstance(value, list):
            yield f"{at}: {kind} is wanted"
            return
        for index, element in enumerate(value):
            yield from problems(element, item[1], f"{at}[{index}]")
    elif entry := re.fullmatch(r"dict[(\[]str,(.+)[)\]]", kind):
        if not isinstance(value, dict):
            yield f"{at}: {kind} is wanted"
            return
        for name, element in value.items():
            yield from problems(element, entry[1], f"{at}.{name}")
    elif kind in KINDS:
        if not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "bool"):
            yield f"{at}: {kind} is wanted"
    elif (fields := fields_of(kind)) is not None:
        if not isinstance(value, dict):
            yield f"{at}: {kind} is wanted"
            return
        for name, element in value.items():
            if name not in fields:
                yield f"{at}: '{name}' is no field of {kind}"
            else:
                yield from problems(element, fields[name], f"{at}.{name}")


for service in json.loads(pathlib.Path(sys.argv[1]).read_text()):
    name = service["metadata"]["name"]
    for line in problems(service, "V1beta1InferenceService", f"inferenceservice/{name}"):
        print(line)
