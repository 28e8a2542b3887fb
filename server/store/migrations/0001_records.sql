-- What is kept and backed up: what was asked of the service, by whom, and what became of it. Every row has a party.
-- The register itself is on the ledger and its copy in schema `readmodel`.

-- The role under which reads run; it sees rows through the policies below. It belongs to the whole server, so another
-- database may have made it, or an administrator where the owner may not make roles.
do $$ begin
  create role narrowgate_reader nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$ begin
  if not pg_has_role(current_user, 'narrowgate_reader', 'member') then grant narrowgate_reader to current_user; end if;
end $$;

-- The caller of a read, as `Database.read` states it. Policies of other schemas use these functions too.
create function records.caller_party() returns text stable language sql
  return nullif(current_setting('app.party', true), '');
create function records.caller_party_id() returns int stable language sql
  return nullif(current_setting('app.party_id', true), '')::int;
create function records.caller_sees_all() returns boolean stable language sql
  return coalesce(current_setting('app.sees_all', true) = 'on', false);

-- Which ledger and which deployment these records belong to.
create table records.meta (
  key text primary key,
  value jsonb not null
);

create table records.party (
  code text primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null,
  ref bytea not null unique check (octet_length(ref) = 32),
  party_id int unique check (party_id between 1 and 65535), -- null until the ledger has registered the party
  addresses text[] not null, -- keys of the party, EIP-55, the one it usually signs with first
  held_here boolean not null,
  roles text[] not null
);

create table records.api_key (
  id text primary key,
  party text not null references records.party,
  secret_sha256 bytea not null check (octet_length(secret_sha256) = 32),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- The tables below are written for each command. They name a party without a foreign key, whose check would lock the
-- one row of a busy party thousands of times a second; authentication has read the party from records.party.

-- The first answer to each idempotency key. It is written in the transaction of the effect, never before, so a row
-- stands for something that was done and a crash leaves none behind.
create table records.idempotency (
  party text not null,
  operation_id text not null, -- of the route, as in the OpenAPI document
  key text not null,
  request_sha256 bytea not null check (octet_length(request_sha256) = 32),
  status int not null,
  body text not null, -- the bytes of the answer
  location text,
  created_at timestamptz not null default now(),
  primary key (party, operation_id, key)
);

create table records.operation (
  id uuid primary key,
  seq bigint generated always as identity unique,
  party text not null,
  kind text not null,
  signer text not null,
  target text not null,
  data bytea not null,
  gas_limit bigint not null,
  operation_ref bytea not null unique check (octet_length(operation_ref) = 32),
  facts jsonb not null,
  state text not null
    check (state in ('prepared', 'queued', 'signed', 'sent', 'final', 'reverted', 'stuck', 'expired')),
  nonce bigint,
  raw bytea,
  tx_hash bytea unique,
  block_number bigint,
  block_hash bytea,
  problem jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((raw is null) = (tx_hash is null)),
  check (state not in ('signed', 'sent', 'final', 'reverted', 'stuck') or raw is not null),
  check ((state in ('final', 'reverted')) = (block_number is not null and block_hash is not null))
);
-- A nonce is taken once bytes are signed for it; a transaction that only waits for a signature takes none.
create unique index operation_nonce on records.operation (signer, nonce) where raw is not null;
create index operation_queued on records.operation (signer, seq) where state = 'queued';
create index operation_unconfirmed on records.operation (signer, nonce) where state in ('signed', 'sent');
create index operation_of_party on records.operation (party, seq);

create table records.operation_history (
  id bigint generated always as identity primary key,
  operation_id uuid not null references records.operation,
  party text not null,
  state text not null,
  at timestamptz not null default now(),
  note text
);
create index operation_history_of on records.operation_history (operation_id, id);

-- Commands that the check refused, which therefore never reached the ledger.
create table records.refusal (
  id bigint generated always as identity primary key,
  party text not null,
  kind text not null,
  code text not null,
  restrictions int[] not null,
  values jsonb not null,
  at timestamptz not null default now()
);
create index refusal_of_party on records.refusal (party, id);

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

-- A document is known by its SHA-256. `locator` says where the bytes are kept; onshore-only material stays where it is.
create table records.document (
  party text not null references records.party,
  sha256 bytea not null check (octet_length(sha256) = 32),
  media_type text not null,
  size_bytes bigint not null check (size_bytes >= 0),
  locator text not null,
  created_at timestamptz not null default now(),
  primary key (party, sha256)
);

create table records.bundle (
  party text not null references records.party,
  bundle_hash bytea not null check (octet_length(bundle_hash) = 32),
  manifest jsonb not null,
  created_at timestamptz not null default now(),
  primary key (party, bundle_hash)
);

-- A deal document by the SHA-256 of its canonical JSON; it binds the words of a deal to the figures of its terms.
create table records.deal_document (
  party text not null references records.party,
  deal_document_hash bytea not null check (octet_length(deal_document_hash) = 32),
  terms_hash bytea not null check (octet_length(terms_hash) = 32),
  document jsonb not null,
  created_at timestamptz not null default now(),
  primary key (party, deal_document_hash)
);

alter table records.operation enable row level security;
alter table records.operation_history enable row level security;
alter table records.refusal enable row level security;
alter table records.document enable row level security;
alter table records.bundle enable row level security;
alter table records.deal_document enable row level security;

-- The calls stand in sub-selects so that they are made once for a statement and an index on the party can be used.
create policy own_party on records.operation for select to narrowgate_reader
  using ((select records.caller_sees_all()) or party = (select records.caller_party()));
create policy own_party on records.operation_history for select to narrowgate_reader
  using ((select records.caller_sees_all()) or party = (select records.caller_party()));
create policy own_party on records.refusal for select to narrowgate_reader
  using ((select records.caller_sees_all()) or party = (select records.caller_party()));
-- Who may see documents depends on the filing that names them, which these records do not know, as the read model can be
-- dropped. The views restrict them by the caller's party instead.
create policy by_view on records.document for select to narrowgate_reader using (true);
create policy by_view on records.bundle for select to narrowgate_reader using (true);
create policy by_view on records.deal_document for select to narrowgate_reader using (true);

grant usage on schema records to narrowgate_reader;
grant select on records.meta, records.party, records.operation, records.operation_history, records.refusal,
  records.document, records.bundle, records.deal_document to narrowgate_reader;
