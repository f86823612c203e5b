"""A verdict in, what people and programs receive out: JSON, workbook, RDF, CSV, print."""
