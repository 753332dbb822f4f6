"""Reads a folder of shards as a user would, by pyarrow and by DuckDB, and holds it to a list of ids."""

import json
import sys
from pathlib import Path

import duckdb
import pyarrow.compute as pc
import pyarrow.dataset as ds

folder, ids_path = sys.argv[1:]
ids = Path(ids_path).read_text().split("\n")
left = [path.name for path in Path(folder).iterdir() if path.suffix != ".parquet"]
assert left == [], left

table = ds.dataset(folder, format="parquet").to_table()
assert table.schema.names == ["id", "embedding", "status", "preprocess_id", "model_digest", "embedding_space"]
assert str(table.schema.field("embedding").type) == "list<element: float not null>", table.schema
assert sorted(table["id"].to_pylist()) == sorted(ids)
assert pc.unique(table["status"]).to_pylist() == ["ok"]
assert pc.unique(pc.list_value_length(table["embedding"])).to_pylist() == [512]

rows, distinct, good, models, least, most = duckdb.sql(f"""
    SELECT count(*), count(DISTINCT id), count(*) FILTER (status = 'ok'),
        count(DISTINCT (preprocess_id, model_digest, embedding_space)),
        min(list_inner_product(embedding, embedding)), max(list_inner_product(embedding, embedding))
    FROM '{folder}/*.parquet'
""").fetchall()[0]
assert (rows, distinct, good, models) == (len(ids), len(ids), len(ids), 1)
assert abs(least - 1) < 1e-5 and abs(most - 1) < 1e-5, (least, most)
print(json.dumps({"rows": rows, "distinct": distinct, "models": models, "pyarrow": table.num_rows}))
