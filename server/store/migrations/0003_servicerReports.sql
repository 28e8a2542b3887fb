-- A servicer report as it was handed in, by the SHA-256 of its canonical JSON, under which the ledger knows it.
create table records.servicer_report (
  report_hash bytea primary key check (octet_length(report_hash) = 32),
  party text not null references records.party,
  document jsonb not null,
  created_at timestamptz not null default now()
);

-- Who may see a report depends on the deal it is about, which these records do not know: the view restricts it.
alter table records.servicer_report enable row level security;
create policy by_view on records.servicer_report for select to narrowgate_reader using (true);
grant select on records.servicer_report to narrowgate_reader;
