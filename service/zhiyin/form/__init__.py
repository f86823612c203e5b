"""The forms to fill in, blank or from last year: one model for workbook, Turtle and JSON-LD."""
