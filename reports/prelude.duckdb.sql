-- DuckDB with Trino's meaning of what the reports use; tests/reports/dialect.spec.ts holds each line.
set timezone = 'UTC';
set integer_division = true;
create or replace macro date_diff(unit, a, b) as date_sub(unit, a, b);
create or replace macro array_join(list, separator) as array_to_string(list, separator);
create or replace macro concat(a, b) as a || b;
