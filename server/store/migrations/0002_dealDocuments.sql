-- A deal document by the SHA-256 of its canonical JSON; it binds the words of a deal to the figures of its terms.
create table records.deal_document (
  party text not null references records.party,
  deal_document_hash bytea not null check (octet_length(deal_document_hash) = 32),
  terms_hash bytea not null check (octet_length(terms_hash) = 32),
  document jsonb not null,
  created_at timestamptz not null default now(),
  primary key (party, deal_document_hash)
);

-- Who may see documents depends on the filing that names them, which these records do not know: the read model can be
-- dropped. The views restrict them by the caller's party instead.
drop policy own_party on records.document;
drop policy own_party on records.bundle;
create policy by_view on records.document for select to narrowgate_reader using (true);
create policy by_view on records.bundle for select to narrowgate_reader using (true);

alter table records.deal_document enable row level security;
create policy by_view on records.deal_document for select to narrowgate_reader using (true);
grant select on records.deal_document to narrowgate_reader;
