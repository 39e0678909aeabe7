"""What the `file` collector knows of tables: their records, their form, their columns."""
