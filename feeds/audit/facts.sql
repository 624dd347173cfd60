-- What every measure counts, over nothing but the raw events. Plain SQL, in SQLite's words.
--
-- A new measure of cases is one more SELECT in the view facts; what is counted by event type needs
-- none, because `counted` holds its declaration.
--
-- Given are the events of the history, each once (the first recorded, by town, source and id):
--   events     town, source, id, type, area, at, recorded, data
--              `at` is when it happened, in milliseconds since 1970; `data` is a JSON object.
-- and what is declared about them (feeds/events/eventtypes.py and the city's profile):
--   kind       type → shape (count, case or gauge), family and step of a case,
--              `word` and `facet`: the names of the two fields that its figures are split by
--   listed     type, field → the values that have a name; any value where a field is not in here
--   counted    type → measure, the field that is added up ('': 1 an event) and its factor
--   due_limit  family → how many milliseconds after its opening a case is due
--   days       the days of the city's own zone: name and start
-- Functions: time_ms(RFC 3339 text), day_of(milliseconds) in the city's own zone, bucket(milliseconds)
-- of a logarithmic histogram.


-- An event with its type, the word and the facet it is counted under. A value without a name is
-- 'unknown'.
CREATE VIEW typed AS
SELECT e.*, k.shape, k.family, k.step,
       CASE WHEN k.word = '' THEN ''
            WHEN NOT EXISTS (SELECT 1 FROM listed l WHERE l.type = k.type AND l.field = k.word)
              OR EXISTS (SELECT 1 FROM listed l WHERE l.type = k.type AND l.field = k.word
                           AND l.value = json_extract(e.data, '$.' || k.word))
            THEN ifnull(json_extract(e.data, '$.' || k.word), '')
            ELSE 'unknown' END AS word,
       CASE WHEN k.facet = '' THEN ''
            WHEN NOT EXISTS (SELECT 1 FROM listed l WHERE l.type = k.type AND l.field = k.facet)
              OR EXISTS (SELECT 1 FROM listed l WHERE l.type = k.type AND l.field = k.facet
                           AND l.value = json_extract(e.data, '$.' || k.facet))
            THEN ifnull(json_extract(e.data, '$.' || k.facet), '')
            ELSE 'unknown' END AS facet
FROM events e JOIN kind k USING (type);


-- A case is what its steps say together: a town, a family and a case number. Of several openings or
-- closings the smallest stands (by time, then by value), so neither order nor repeats matter.
CREATE TABLE cases AS
WITH steps AS (
  SELECT town, family, json_extract(data, '$.case') AS number, step, at, area, word, facet,
         time_ms(json_extract(data, '$.due')) AS due,
         json_extract(data, '$.joint') AS joint,
         nullif(json_extract(data, '$.manner'), '') AS manner
  FROM typed WHERE shape = 'case'
), placed AS (
  SELECT *, row_number() OVER (PARTITION BY town, family, number, step
                               ORDER BY at, word, due, manner, area, facet) = 1 AS stands
  FROM steps
), joined AS (
  SELECT town, family, number,
         min(CASE WHEN step = 'opened' THEN at END) AS opened,
         max(CASE WHEN step = 'opened' AND stands THEN word END) AS category,
         max(CASE WHEN step = 'opened' AND stands THEN facet END) AS facet,
         max(CASE WHEN step = 'opened' AND stands THEN area END) AS area,
         max(CASE WHEN step = 'opened' AND stands THEN due END) AS own_due,
         min(CASE WHEN step = 'handled' THEN at END) AS handled,
         min(CASE WHEN step = 'handled' AND joint THEN at END) AS joint,
         min(CASE WHEN step = 'closed' THEN at END) AS closed,
         max(CASE WHEN step = 'closed' AND stands THEN word END) AS outcome,
         max(CASE WHEN step = 'closed' AND stands THEN manner END) AS manner
  FROM placed GROUP BY town, family, number
)
SELECT town, family, number, opened, handled, joint, closed, manner,
       ifnull(category, '') AS category, ifnull(facet, '') AS facet, ifnull(area, '') AS area,
       ifnull(nullif(outcome, ''), 'done') AS outcome,
       ifnull(own_due, opened + after_ms) AS due,  -- the time it brought along, else its family's
       max(opened, closed) AS ended,      -- when an opened case was closed; not before its opening
       max(joint, closed) AS joint_ended, -- both are NULL where one of the two times is
       -- The days of the city's own zone, of cases whose closings are counted by them.
       CASE WHEN family IN ('incident', 'order', 'task') THEN day_of(opened) END AS opened_day,
       CASE WHEN family = 'incident' THEN day_of(joint) END AS joint_day,
       CASE WHEN family = 'incident' THEN day_of(ifnull(own_due, opened + after_ms)) END AS due_day
FROM joined LEFT JOIN due_limit USING (family);


-- A fact: in a town, at a time, a measure counts n, under a dimension. The last four columns name
-- the cell in which it is kept for splits; they are NULL for a measure that has no cells.
CREATE VIEW facts AS

-- What happened: once an event, or as much as one of its fields says (money in fen).
SELECT * FROM (
  SELECT t.town, c.measure, t.at, t.word AS dim,
         CASE WHEN c.field = '' THEN 1
              ELSE CAST(round(json_extract(t.data, '$.' || c.field) * c.times) AS INTEGER) END AS n,
         t.word AS category, t.facet, t.area, '' AS outcome
  FROM typed t JOIN counted c USING (type))
WHERE n <> 0

-- Opened: at its opening, by category.
UNION ALL
SELECT town, family || '.opened', opened, category, 1, category, facet, area, ''
FROM cases WHERE opened IS NOT NULL

-- Handled: at its first handling or its closing, whichever came first.
UNION ALL
SELECT town, family || '.handled', min(ifnull(handled, closed), ifnull(closed, handled)), '', 1,
       category, facet, area, ''
FROM cases
WHERE ifnull(handled, closed) IS NOT NULL
  AND family IN (SELECT family FROM kind WHERE step = 'handled')

-- Joint: at its first joint handling.
UNION ALL
SELECT town, family || '.joint', joint, '', 1, category, facet, area, ''
FROM cases WHERE joint IS NOT NULL

-- Closed: at its closing, by outcome, whether or not its opening is known.
UNION ALL
SELECT town, family || '.closed', closed, outcome, 1, category, facet, area, outcome
FROM cases WHERE closed IS NOT NULL

-- In what manner it was closed.
UNION ALL
SELECT town, family || '.manner', closed, manner, 1, category, facet, area, manner
FROM cases WHERE closed IS NOT NULL AND manner IS NOT NULL

-- Left: an opened case was closed. What stands open is opened less left.
UNION ALL
SELECT town, family || '.left', ended, '', 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended IS NOT NULL

-- How long it took, n in milliseconds.
UNION ALL
SELECT town, family || '.duration', ended, '', ended - opened, NULL, NULL, NULL, NULL
FROM cases WHERE ended IS NOT NULL

-- Fell due: not closed by its due time.
UNION ALL
SELECT town, family || '.fell_due', due, '', 1, NULL, NULL, NULL, NULL
FROM cases WHERE due IS NOT NULL AND (ended IS NULL OR ended > due)

-- Left late: closed after its due time. What is overdue is fell due less left late.
UNION ALL
SELECT town, family || '.left_late', ended, '', 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended > due

-- Closed by its due time.
UNION ALL
SELECT town, family || '.on_time', ended, '', 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended <= due

-- Fell due, and was closed by then: at its due time.
UNION ALL
SELECT town, family || '.due_on_time', due, '', 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended <= due

-- Closed after its due time, by the day on which it had fallen due: at the closing. A share of what
-- fell due in a window counts those of the days from its first one on.
UNION ALL
SELECT town, family || '.due_caught_up', ended, due_day, 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended > due AND family = 'incident'

-- The same three of cases that were handed to joint handling, whenever that was.
UNION ALL
SELECT town, family || '.joint_on_time', due, '', 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended <= due AND joint IS NOT NULL AND family = 'incident'
UNION ALL
SELECT town, family || '.joint_fell_due', due, '', 1, NULL, NULL, NULL, NULL
FROM cases
WHERE due IS NOT NULL AND (ended IS NULL OR ended > due) AND joint IS NOT NULL
  AND family = 'incident'
UNION ALL
SELECT town, family || '.joint_caught_up', ended, due_day, 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended > due AND joint IS NOT NULL AND family = 'incident'

-- Opened 90 days ago: when these have passed; and of these, closed by then.
UNION ALL
SELECT town, family || '.followed_up', opened + 7776000000, '', 1, NULL, NULL, NULL, NULL
FROM cases WHERE opened IS NOT NULL AND family = 'order'
UNION ALL
SELECT town, family || '.followed_up_closed', opened + 7776000000, '', 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended <= opened + 7776000000 AND family = 'order'

-- Closed, by the day of its opening: at the closing. What was opened and closed within a window is
-- what was closed in it of the days from its first one on.
UNION ALL
SELECT town, family || '.same', ended, opened_day, 1, NULL, NULL, NULL, NULL
FROM cases WHERE ended IS NOT NULL AND family IN ('incident', 'order', 'task')

-- Closed, by the day on which joint handling of it began: at the closing.
UNION ALL
SELECT town, family || '.joint_same', joint_ended, joint_day, 1, NULL, NULL, NULL, NULL
FROM cases WHERE joint_ended IS NOT NULL AND family = 'incident';


-- The stages of handling chains, kept in cells alone. A case is followed among all of its family
-- (hand-offs: of its direction), and once more among those handled jointly. It is in hand from its
-- handling on if that came before its closing. A step that is reported as before the one it follows
-- took no time. The outcome is a mark with the bucket of the time that the stage took.
CREATE VIEW chains AS
SELECT town, family, opened, handled AS taken, closed,
       CASE WHEN family = 'handoff' THEN facet ELSE '' END AS track
FROM cases
WHERE opened IS NOT NULL AND family IN ('incident', 'dispute', 'accident_dispute', 'handoff')
UNION ALL
SELECT town, family, opened, joint, closed, 'joint'
FROM cases
WHERE opened IS NOT NULL AND family IN ('incident', 'dispute', 'accident_dispute', 'handoff')
  AND joint IS NOT NULL;

CREATE VIEW stages AS
WITH in_hand AS (
  SELECT *, CASE WHEN taken < closed OR closed IS NULL THEN max(taken, opened) END AS held
  FROM chains
)
SELECT town, family, opened AS at, track, 'o' AS mark FROM in_hand WHERE track <> ''
UNION ALL
SELECT town, family, closed, track, 'x' FROM in_hand WHERE track <> '' AND closed IS NOT NULL
UNION ALL  -- taken in hand
SELECT town, family, held, track, 'h' || bucket(held - opened) FROM in_hand WHERE held IS NOT NULL
UNION ALL  -- closed without having been in hand
SELECT town, family, max(closed, opened), track, 'c' || bucket(max(closed, opened) - opened)
FROM in_hand WHERE held IS NULL AND closed IS NOT NULL
UNION ALL  -- closed from hand
SELECT town, family, max(closed, held), track, 'f' || bucket(max(closed, held) - held)
FROM in_hand WHERE held IS NOT NULL AND closed IS NOT NULL;


-- What an indicator stands at: its town's latest report, of equal times the larger source and id.
CREATE VIEW reports AS
SELECT town, json_extract(data, '$.indicator') AS indicator, at, source, id,
       json_extract(data, '$.value') AS value, json_extract(data, '$.total') AS total
FROM typed WHERE shape = 'gauge';


-- When a source told something that a figure needs: an event type, or an indicator.
CREATE VIEW seen AS
SELECT town, source, at,
       CASE WHEN shape = 'gauge' THEN 'indicator:' || json_extract(data, '$.indicator')
            ELSE type END AS need
FROM typed;
