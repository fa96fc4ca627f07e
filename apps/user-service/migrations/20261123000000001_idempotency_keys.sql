-- Up Migration
CREATE TABLE idempotency_keys (
  caller_id uuid NOT NULL,
  key text NOT NULL,
  -- A slow hash, since the request may hold a password.
  request_hash text NOT NULL,
  status smallint,
  headers jsonb,
  body jsonb,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (caller_id, key)
);

CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- Down Migration
DROP TABLE idempotency_keys;
