-- Every migration must leave a schema that the version before can work with: while a new version starts, the old one
-- still serves. First expand (add what the new code needs), and only once no old code runs, in a later release, contract.

-- Up Migration
CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL CONSTRAINT users_email_key UNIQUE CONSTRAINT users_email_normalised CHECK (email = lower(email)),
  name text NOT NULL,
  roles text[] NOT NULL CONSTRAINT users_roles_known
    CHECK (roles <@ ARRAY['user', 'admin'] AND cardinality(roles) > 0),
  password_hash text NOT NULL,
  -- Counts the passwords: a session ends when the credentials it was opened with are not the present ones.
  credentials_version integer NOT NULL DEFAULT 1,
  -- Counts the changes: the entity tag.
  version integer NOT NULL DEFAULT 1,
  -- Milliseconds, as JavaScript has them: a page's cursor must name a row exactly.
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE INDEX users_pages ON users (created_at, id);
CREATE INDEX users_admins ON users (id) WHERE 'admin' = ANY (roles);

-- Down Migration
DROP TABLE users;
