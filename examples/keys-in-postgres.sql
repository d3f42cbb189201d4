-- Where n8n keeps its own data in PostgreSQL, as in queue mode: one row for one key in the tables of these examples,
-- also where two runs write at the same moment. Once, after 00 has made the tables, in n8n's database and schema.
-- It may be run again. If it says that a key is duplicated, delete one of the two rows first.
-- (With DB_TABLE_PREFIX, put that prefix before data_table and data_table_user_.)
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT id, key
    FROM data_table
    JOIN (VALUES
      ('Jodo payments', 'row_key'),
      -- The link that follows an expired one has the same reference, and one reminder more.
      ('Jodo links', 'reference, coalesce(reminders, 0)'),
      ('Jodo counter', 'receipt'),
      ('Jodo follow-ups', 'row_key'),
      ('Jodo applications', 'applicant'),
      ('Jodo login links', 'request'),
      ('Jodo receipts', 'receipt_no'),
      ('Jodo series', 'series'),
      ('Jodo registrations', 'who')
    ) AS keys (name, key) USING (name)
  LOOP
    EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON %I (%s)',
      'one_row_' || one.id, 'data_table_user_' || one.id, one.key);
  END LOOP;
END $$;
