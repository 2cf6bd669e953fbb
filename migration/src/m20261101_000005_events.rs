//! The activity logs, and the head of each log.
//!
//! Triggers refuse changes and deletions of events. They prevent mistakes. The owner of the
//! database can disable them, but the hashes reveal such a change.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- A log belongs to a newsroom and is named by its id, or it is the server's own log, named 'server'.
        CREATE TABLE event_logs (
            log text PRIMARY KEY,
            number integer NOT NULL,
            hash text NOT NULL
        );
        INSERT INTO event_logs (log, number, hash) VALUES ('server', 0, '');

        CREATE TABLE events (
            log text NOT NULL REFERENCES event_logs (log),
            number integer NOT NULL,
            at timestamptz NOT NULL,
            actor_id uuid REFERENCES accounts (id),
            kind text NOT NULL,
            article_id uuid REFERENCES articles (id),
            claim_id uuid REFERENCES claims (id),
            verdict_id uuid REFERENCES verdicts (id),
            detail text NOT NULL,
            previous_hash text NOT NULL,
            hash text NOT NULL,
            PRIMARY KEY (log, number)
        );
        CREATE INDEX events_of_article ON events (article_id, number);
        CREATE INDEX events_of_claim ON events (claim_id, number);
        CREATE INDEX events_of_actor ON events (log, actor_id, number);
        CREATE INDEX events_of_kind ON events (log, kind, number);
        CREATE INDEX events_of_time ON events (log, at, number);
    ",
    up_on_sqlite: "
        CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
            BEGIN SELECT RAISE(ABORT, 'the log of events is append-only'); END;
        CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
            BEGIN SELECT RAISE(ABORT, 'the log of events is append-only'); END;
        -- INSERT OR REPLACE deletes rows without running a trigger.
        CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events
            WHEN EXISTS (SELECT 1 FROM events WHERE log = NEW.log AND number = NEW.number)
            BEGIN SELECT RAISE(ABORT, 'the log of events is append-only'); END;
        CREATE TRIGGER event_logs_are_not_deleted BEFORE DELETE ON event_logs
            BEGIN SELECT RAISE(ABORT, 'the log of events is append-only'); END;
        CREATE TRIGGER event_logs_are_not_replaced BEFORE INSERT ON event_logs
            WHEN EXISTS (SELECT 1 FROM event_logs WHERE log = NEW.log)
            BEGIN SELECT RAISE(ABORT, 'the log of events is append-only'); END;
        CREATE TRIGGER event_logs_only_grow BEFORE UPDATE ON event_logs
            WHEN NEW.log <> OLD.log OR NEW.number < OLD.number
            BEGIN SELECT RAISE(ABORT, 'the log of events is append-only'); END;
    ",
    up_on_postgres: "
        CREATE FUNCTION refuse_change_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'the log of events is append-only'; END
        $$;
        CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events();
        CREATE TRIGGER event_logs_are_not_deleted BEFORE DELETE OR TRUNCATE ON event_logs
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events();
        CREATE TRIGGER event_logs_only_grow BEFORE UPDATE ON event_logs
            FOR EACH ROW WHEN (NEW.log <> OLD.log OR NEW.number < OLD.number) EXECUTE FUNCTION refuse_change_of_events();
    ",
    down: "
        DROP TABLE events;
        DROP TABLE event_logs;
    ",
    down_on_postgres: "DROP FUNCTION refuse_change_of_events;"
}
