-- The identity vault: who holders are. Nothing of it is on the ledger, which knows random references and commitments.
-- What identifies somebody is sealed (AES-256-GCM) under a key that the database never sees.

create table records.identity (
  party text not null references records.party, -- the custodian that put it in
  holder_ref bytea not null check (octet_length(holder_ref) = 16),
  version int not null check (version >= 1), -- a later version replaces none: what was known when stays
  key_id text not null, -- of the key that sealed it
  sealed bytea not null, -- nonce, ciphertext and tag of salt and identity
  commitment bytea not null unique check (octet_length(commitment) = 32), -- SHA-256 of salt and canonical JSON
  lei_index bytea check (octet_length(lei_index) = 32), -- keyed hashes (HMAC): equal only for equal holders, and no
  name_index bytea not null check (octet_length(name_index) = 32), -- dictionary of names opens them without the key
  created_at timestamptz not null default now(),
  primary key (party, holder_ref, version)
);
create index identity_of_holder on records.identity (holder_ref);
create index identity_by_lei on records.identity (lei_index) where lei_index is not null;
create index identity_by_name on records.identity (name_index);
create index identity_by_key on records.identity (key_id);

-- Two references under which the same LEI, or the same name and number, was put in. The registrar decides.
create table records.holder_match (
  id uuid primary key,
  seq bigint generated always as identity unique,
  party text not null references records.party, -- the custodian whose identity brought it to light
  holder_ref bytea not null check (octet_length(holder_ref) = 16),
  other_holder_ref bytea not null check (octet_length(other_holder_ref) = 16 and other_holder_ref <> holder_ref),
  matched_by text not null check (matched_by in ('lei', 'name-and-number')),
  found_at timestamptz not null default now(),
  dismissed_by text references records.party, -- null unless the registrar found them to be two holders
  dismissed_at timestamptz,
  dismissal text,
  check ((dismissed_by is null) = (dismissed_at is null) and (dismissed_by is null) = (dismissal is null))
);
create unique index holder_match_pair on records.holder_match
  (least(holder_ref, other_holder_ref), greatest(holder_ref, other_holder_ref));

-- A regulator's look into the vault, written before anything is shown. It opens one holder for a while.
create table records.vault_access (
  id uuid primary key,
  seq bigint generated always as identity unique,
  party text not null, -- without a foreign key, through which a change of parties would reach the list
  holder_ref bytea not null check (octet_length(holder_ref) = 16),
  holder_refs bytea[] not null, -- with those that the holder had before its accounts were joined
  purpose text not null,
  at timestamptz not null default now(),
  ends_at timestamptz not null
);

create function records.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'records.% is append-only', tg_table_name;
end $$;
create trigger append_only before update or delete or truncate on records.vault_access
  for each statement execute function records.refuse_change();

alter table records.identity enable row level security;
alter table records.holder_match enable row level security;
alter table records.vault_access enable row level security;

-- Registrar and regulator see the other records, but no identity: only its custodian does, and whoever has said why.
create policy own_or_opened on records.identity for select to narrowgate_reader
  using (party = (select records.caller_party())
    or holder_ref in (select unnest(a.holder_refs) from records.vault_access a
      where a.party = (select records.caller_party()) and now() <= a.ends_at));
create policy supervisors on records.holder_match for select to narrowgate_reader
  using ((select records.caller_sees_all()));
create policy supervisors on records.vault_access for select to narrowgate_reader
  using ((select records.caller_sees_all()));

grant select on records.identity, records.holder_match, records.vault_access to narrowgate_reader;
