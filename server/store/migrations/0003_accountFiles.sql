-- Files by which a custodian registers and renews accounts, by their SHA-256, and what became of each row. They carry
-- references and commitments; nothing in them identifies a holder.

create table records.account_file (
  party text not null references records.party,
  sha256 bytea not null check (octet_length(sha256) = 32),
  size_bytes bigint not null,
  created_at timestamptz not null default now(),
  primary key (party, sha256)
);

create table records.account_file_row (
  party text not null,
  sha256 bytea not null,
  row int not null check (row >= 1), -- without the header
  account_ref bytea check (octet_length(account_ref) = 32), -- null where the row names none
  action text not null check (action in ('register', 'renew', 'keep', 'refuse')),
  operation_id uuid, -- of records.operation, where it was written in the same transaction
  eligible_until timestamptz,
  bound_by text[],
  code text,
  pointer text,
  message text,
  primary key (party, sha256, row),
  foreign key (party, sha256) references records.account_file,
  check ((action in ('register', 'renew')) = (operation_id is not null)),
  check ((action = 'refuse') = (code is not null))
);

alter table records.account_file enable row level security;
alter table records.account_file_row enable row level security;
create policy own_party on records.account_file for select to narrowgate_reader
  using ((select records.caller_sees_all()) or party = (select records.caller_party()));
create policy own_party on records.account_file_row for select to narrowgate_reader
  using ((select records.caller_sees_all()) or party = (select records.caller_party()));
grant select on records.account_file, records.account_file_row to narrowgate_reader;
