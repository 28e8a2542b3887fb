-- Words that name the source of a legal period. The ledger keeps their hash alone, so that they are found again by it.

create table records.duty_source (
  source_hash bytea primary key check (octet_length(source_hash) = 32),
  source text not null,
  party text not null references records.party, -- who sent them first
  created_at timestamptz not null default now()
);

-- The policy table is for everybody to read, and so are its sources.
alter table records.duty_source enable row level security;
create policy for_everybody on records.duty_source for select to narrowgate_reader using (true);
grant select on records.duty_source to narrowgate_reader;
