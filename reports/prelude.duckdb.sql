-- DuckDB with Trino's meaning, where one text would have two; tests/reports/dialect.spec.ts holds each line, and that the
-- reports use nothing else of which the engines think differently.
set timezone = 'UTC';
set integer_division = true;
