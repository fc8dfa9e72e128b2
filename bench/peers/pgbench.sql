-- The three statements of a transition, on the product's own tables.
\set n random(1, 64)
BEGIN;
UPDATE cases SET state = 'Monitoring', version = version + 1, seq = seq + 1, head = repeat('0', 64), changed_at = now() WHERE id = repeat('0', 24) || :n::text;
INSERT INTO events (case_id, seq, version, at, actor, what, data, digests, hash) SELECT id, seq, version, now(), 'chair', 'begin_reintegration', '{"state_before": "Monitoring", "state": "Reintegration", "policy": "0000000000000000"}', '{"effects/00000000000000000000000000000000": "0000000000000000000000000000000000000000000000000000000000000000"}', head FROM cases WHERE id = repeat('0', 24) || :n::text;
INSERT INTO effects (id, case_id, kind, status, urgent, attempt, created_at, due_at, code, dedupe, payload) SELECT e, repeat('0', 24) || :n::text, 'notify_team', 'pending', false, 0, now(), now(), '', e, decode(repeat('ab', 80), 'hex') FROM replace(gen_random_uuid()::text, '-', '') AS e;
COMMIT;
