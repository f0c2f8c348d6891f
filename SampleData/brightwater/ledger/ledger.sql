-- The ledger that Scheldemond Scheepswerf wrote itself, long before it was acquired: whole cents,
-- Dutch words, no costs. It is read through ODBC.
CREATE TABLE facturen (
  id INTEGER PRIMARY KEY,
  nummer VARCHAR(12) NOT NULL,
  project VARCHAR(20),
  soort CHAR(1) NOT NULL,
  status VARCHAR(10) NOT NULL,
  datum DATE NOT NULL,
  vervaldatum DATE,
  klant VARCHAR(80) NOT NULL,
  netto INTEGER NOT NULL,
  btw INTEGER NOT NULL,
  betaald INTEGER NOT NULL,
  gewijzigd TIMESTAMP NOT NULL,
  gewijzigd_door VARCHAR(40) NOT NULL
);
CREATE TABLE factuurregels (
  factuur INTEGER NOT NULL,
  regel INTEGER NOT NULL,
  omschrijving VARCHAR(80) NOT NULL,
  aantal INTEGER NOT NULL,
  netto INTEGER NOT NULL
);
CREATE TABLE ontvangsten (
  factuur INTEGER NOT NULL,
  nummer VARCHAR(12) NOT NULL,
  datum DATE NOT NULL,
  bedrag INTEGER NOT NULL
);

INSERT INTO facturen VALUES
  (7288, 'V-7288', 'BW-09871', 'F', 'voldaan', '2026-04-08', '2026-05-08', 'Rederij Westerhaven B.V.', 2210000, 464100, 2674100, '2026-05-06 09:20:00', 'Femke de Boer'),
  (7289, 'V-7289', NULL, 'F', 'voldaan', '2026-04-30', '2026-05-30', 'Kantine, eigen gebruik', 38500, 8085, 46585, '2026-05-28 10:05:00', 'Femke de Boer'),
  (7301, 'V-7301', 'BW-10061', 'F', 'voldaan', '2026-07-20', '2026-08-19', 'Rederij Westerhaven B.V.', 8040000, 1688400, 9728400, '2026-08-17 13:41:00', 'Femke de Boer'),
  (7302, 'V-7302', 'BW-10063', 'F', 'voldaan', '2026-08-12', '2026-09-11', 'Waterschap Scheldekant', 4620000, 970200, 5590200, '2026-09-09 08:55:00', 'Ruud Janssen'),
  (7303, 'V-7303', 'BW-10066', 'F', 'vervallen', '2026-08-26', '2026-09-25', 'Rederij Westerhaven B.V.', 5340000, 1121400, 0, '2026-08-28 11:12:00', 'Femke de Boer'),
  (7304, 'V-7304', 'BW-10062', 'F', 'voldaan', '2026-08-10', '2026-09-09', 'Waterschap Scheldekant', 4125012, 866253, 4991265, '2026-09-07 09:31:00', 'Femke de Boer'),
  (7305, 'V-7305', 'BW-10066', 'F', 'voldaan', '2026-08-28', '2026-09-27', 'Rederij Westerhaven B.V.', 5340000, 1121400, 6461400, '2026-09-24 14:18:00', 'Ruud Janssen'),
  (7306, 'V-7306', 'BW-10062', 'F', 'voldaan', '2026-10-01', '2026-10-31', 'Waterschap Scheldekant', 4125015, 866253, 4991268, '2026-10-30 09:02:00', 'Femke de Boer'),
  (7307, 'V-7307', 'BW-10063', 'F', 'open', '2026-10-02', '2026-11-01', 'Waterschap Scheldekant', 2772000, 582120, 0, '2026-10-02 15:26:00', 'Femke de Boer'),
  (7308, 'V-7308', 'BW-10063', 'C', 'open', '2026-11-06', NULL, 'Waterschap Scheldekant', -315000, -66150, 0, '2026-11-06 10:44:00', 'Ruud Janssen'),
  (7309, 'V-7309', 'BW-10061', 'F', 'open', '2026-11-04', '2026-12-04', 'Rederij Westerhaven B.V.', 13400000, 2814000, 6000000, '2026-11-16 08:37:00', 'Femke de Boer'),
  (7310, 'V-7310', 'BW-10062', 'F', 'open', '2026-11-11', '2026-12-11', 'Waterschap Scheldekant', 1375010, 288752, 0, '2026-11-11 16:09:00', 'Femke de Boer'),
  (7311, 'V-7311', 'BW-10063', 'F', 'concept', '2026-11-18', '2026-12-18', 'Waterschap Scheldekant', 1848000, 388080, 0, '2026-11-18 11:50:00', 'Ruud Janssen');
INSERT INTO factuurregels VALUES
  (7288, 1, 'Slotfactuur', 1, 2210000),
  (7289, 1, 'Kantine', 1, 38500),
  (7301, 1, 'Aanbetaling roer en schroefas, 30 %', 1, 8040000),
  (7302, 1, 'Kajuit, eerste termijn', 1, 4620000),
  (7303, 1, 'Ponton, eerste termijn', 1, 5340000),
  (7304, 1, 'Revisie, eerste termijn', 1, 4125012),
  (7305, 1, 'Ponton, eerste termijn', 1, 5340000),
  (7306, 1, 'Revisie, tweede termijn', 1, 4125015),
  (7307, 1, 'Kajuit, tweede termijn', 1, 2772000),
  (7308, 1, 'Korting wegens vertraging', 1, -315000),
  (7309, 1, 'Roerblad en koker', 1, 5200000),
  (7309, 2, 'Schroefas met lagers', 2, 8200000),
  (7310, 1, 'Terugplaatsing', 1, 1375010),
  (7311, 1, 'Kajuit, derde termijn', 1, 1848000);
INSERT INTO ontvangsten VALUES
  (7288, 'O-5101', '2026-05-06', 2674100),
  (7289, 'O-5102', '2026-05-28', 46585),
  (7301, 'O-5103', '2026-08-17', 9728400),
  (7302, 'O-5104', '2026-09-09', 5590200),
  (7304, 'O-5105', '2026-09-07', 4991265),
  (7305, 'O-5106', '2026-09-24', 6461400),
  (7306, 'O-5107', '2026-10-30', 4991268),
  (7309, 'O-5108', '2026-11-16', 6000000);
