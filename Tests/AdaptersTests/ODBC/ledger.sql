-- A ledger as a firm would have written it itself; for PostgreSQL and for SQLite.
CREATE TABLE ledger_invoice (
  id INTEGER PRIMARY KEY,
  deal_id VARCHAR(40),
  number VARCHAR(20) NOT NULL,
  kind CHAR(3) NOT NULL,
  state VARCHAR(10) NOT NULL,
  issued DATE NOT NULL,
  due DATE,
  net NUMERIC(14, 2),
  gross NUMERIC(14, 2) NOT NULL,
  paid NUMERIC(14, 2),
  currency CHAR(3) NOT NULL,
  memo VARCHAR(200),
  changed TIMESTAMP NOT NULL
);
CREATE TABLE ledger_invoice_line (
  invoice_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  item VARCHAR(80) NOT NULL,
  quantity NUMERIC(10, 2) NOT NULL,
  net NUMERIC(14, 2) NOT NULL
);
CREATE TABLE ledger_receipt (
  invoice_id INTEGER NOT NULL,
  number VARCHAR(20) NOT NULL,
  received DATE NOT NULL,
  amount NUMERIC(14, 2) NOT NULL
);
CREATE TABLE ledger_cost (
  id INTEGER PRIMARY KEY,
  deal_id VARCHAR(40),
  number VARCHAR(20) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  state VARCHAR(10) NOT NULL,
  vendor VARCHAR(80),
  booked DATE NOT NULL,
  net NUMERIC(14, 2) NOT NULL,
  unbilled NUMERIC(14, 2),
  changed TIMESTAMP NOT NULL
);

INSERT INTO ledger_invoice VALUES
  (101, 'BW-10001', 'LI-101', 'INV', 'paid', '2026-09-01', '2026-10-01', 1200.50, 1428.60, 1428.60,
    'EUR', 'Ladung für Žižkov 🛟', '2026-09-20 08:00:00'),
  (102, 'BW-10001', 'LI-102', 'INV', 'open', '2026-10-15', '2026-11-14', 800.10, 952.12, 100.00,
    'EUR', NULL, '2026-10-15 08:00:00'),
  (103, 'BW-10001', 'LI-103', 'CRN', 'open', '2026-10-20', NULL, -50.00, -59.50, 0.00,
    'EUR', NULL, '2026-10-20 08:00:00'),
  (104, 'BW-10002', 'LI-104', 'INV', 'open', '2026-10-21', '2026-11-20', NULL, 119.00, NULL,
    'EUR', NULL, '2026-10-21 08:00:00'),
  (105, NULL, 'LI-105', 'INV', 'open', '2026-10-22', '2026-11-21', 10.00, 11.90, 0.00,
    'EUR', NULL, '2026-10-22 08:00:00'),
  (106, 'BW-10003', 'LI-106', 'INV', 'escrow', '2026-10-23', '2026-11-22', 70.00, 83.30, 0.00,
    'EUR', NULL, '2026-10-23 08:00:00'),
  (107, 'BW-10004', 'LI-107', 'INV', 'void', '2026-10-24', '2026-11-23', 0.10, 0.12, 0.00,
    'EUR', NULL, '2026-10-24 08:00:00');
INSERT INTO ledger_invoice_line VALUES
  (102, 1, 'Pallets', 3, 600.10),
  (102, 2, 'Freight', 1, 200.00);
INSERT INTO ledger_receipt VALUES (102, 'RC-9', '2026-11-02', 100.00);
INSERT INTO ledger_cost VALUES
  (201, 'BW-10001', 'LO-201', 'purchase_order', 'open', 'Nordholz', '2026-09-05', 500.00, 125.25,
    '2026-09-05 08:00:00'),
  (202, 'BW-10001', 'LB-202', 'bill', 'paid', 'Nordholz', '2026-09-25', 374.75, NULL,
    '2026-09-25 08:00:00'),
  (203, 'BW-10002', 'LO-203', 'purchase_order', 'open', NULL, '2026-09-26', 40.00, NULL,
    '2026-09-26 08:00:00');
