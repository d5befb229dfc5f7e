"""Reads Iceberg tables with a reader that is not ours. Request: JSON on stdin; answer: JSON on stdout.

{"reader": "pyiceberg" | "duckdb", "s3": {...} | null,
 "reads": [{"table": location, "select": SQL over `t`, "snapshot": id | null, "tag": name | null, "filter": text | null}]}
-> [{"rows": [[...]], "columns": [...], "files": number of planned data files | null}]
"""
import glob
import json
import sys

import duckdb


def rows_of(connection, select):
    cursor = connection.execute(select)
    columns = [each[0] for each in cursor.description]
    return {"columns": columns, "rows": [[None if cell is None else str(cell) for cell in row] for row in cursor.fetchall()]}


def pyiceberg(request):
    from pyiceberg.table import StaticTable

    s3 = request["s3"]
    properties = {} if s3 is None else {
        "s3.endpoint": s3["endpoint"],
        "s3.access-key-id": s3["accessKeyId"],
        "s3.secret-access-key": s3["secretAccessKey"],
        "s3.region": s3["region"],
        "s3.force-virtual-addressing": "false",
    }
    for read in request["reads"]:
        table = StaticTable.from_metadata(read["table"], properties)
        snapshot = read.get("snapshot")
        if read.get("tag"):
            snapshot = table.metadata.refs[read["tag"]].snapshot_id
        options = {"snapshot_id": int(snapshot)} if snapshot else {}
        scan = table.scan(row_filter=read.get("filter") or "true", **options)
        connection = duckdb.connect()
        connection.register("t", scan.to_arrow())
        yield {**rows_of(connection, read["select"]), "files": sum(1 for _ in scan.plan_files())}


def extension(name):
    import importlib

    folder = importlib.import_module("duckdb_extension_" + name).__path__[0]
    return glob.glob(folder + "/**/" + name + ".duckdb_extension", recursive=True)[0]


def duckdb_iceberg(request):
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    s3 = request["s3"]
    for name in ["avro", "iceberg"] if s3 is None else ["avro", "httpfs", "iceberg"]:
        connection.execute("LOAD '" + extension(name) + "'")
    if s3 is not None:
        host = s3["endpoint"].split("://")[1].rstrip("/")
        connection.execute(
            f"CREATE SECRET (TYPE s3, KEY_ID '{s3['accessKeyId']}', SECRET '{s3['secretAccessKey']}', ENDPOINT '{host}',"
            f" USE_SSL false, URL_STYLE 'path', REGION '{s3['region']}')"
        )
    for read in request["reads"]:
        option = f", snapshot_from_id = {int(read['snapshot'])}" if read.get("snapshot") else ""
        where = f" WHERE {read['filter']}" if read.get("filter") else ""
        source = f"iceberg_scan('{read['table']}'{option})"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW t AS SELECT * FROM {source}{where}")
        yield {**rows_of(connection, read["select"]), "files": None}


request = json.load(sys.stdin)
readers = {"pyiceberg": pyiceberg, "duckdb": duckdb_iceberg}
json.dump(list(readers[request["reader"]](request)), sys.stdout)
