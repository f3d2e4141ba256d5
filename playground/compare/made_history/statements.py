"""The statements that make the rows: sets at a time, from tables of ready-made pieces.

Answers repeat; what makes each run's words its own is a ticket number that no other run has.
"""

PIECES = """
CREATE TEMP TABLE piece (kind text, n int, text text) ON COMMIT DROP;
CREATE TEMP TABLE prompt_piece ON COMMIT DROP AS SELECT 0 AS n, ''::text AS text,
    ''::tsvector AS words, ''::tsvector AS code, '[]'::jsonb AS messages LIMIT 0;
CREATE TEMP TABLE answer_piece ON COMMIT DROP AS SELECT 0 AS n, ''::text AS text,
    ''::tsvector AS words, ''::tsvector AS code, 0 AS tokens, '{}'::int[] AS ids LIMIT 0
"""
FILL_PROMPTS = """
INSERT INTO prompt_piece
SELECT n, text, setweight(to_tsvector('english', text), 'A'),
    to_tsvector('simple', regexp_replace(text, %(signs)s, ' ', 'g')),
    jsonb_build_array(jsonb_build_object('role', 'user', 'content', text))
FROM piece WHERE kind = 'prompt'
"""
FILL_ANSWERS = """
INSERT INTO answer_piece
SELECT n, text, setweight(to_tsvector('english', text), 'C'),
    to_tsvector('simple', regexp_replace(text, %(signs)s, ' ', 'g')),
    length(text) / 5, (SELECT array_agg((g * 7919) %% 32000) FROM generate_series(1, 32) AS g)
FROM piece WHERE kind = 'answer'
"""
FILL_SETTINGS = """
CREATE TEMP TABLE setting_piece ON COMMIT DROP AS
SELECT row_number() OVER ()::int AS n, jsonb_build_object(
    'temperature', temperature, 'top_p', top_p, 'top_k', 0, 'min_p', 0.0,
    'repetition_penalty', 1.0, 'presence_penalty', 0.0, 'frequency_penalty', 0.0,
    'max_tokens', max_tokens, 'stop', '[]'::jsonb, 'seed', NULL) AS settings
FROM unnest('{0,0,0.3,0.7,0.7,1,1.3,1.55}'::float[]) AS temperature,
    unnest('{1,1,0.95,0.9}'::float[]) AS top_p, unnest('{64,256,256,512}'::int[]) AS max_tokens
"""
PLAN = """
CREATE TEMP TABLE plan ON COMMIT DROP AS
SELECT i,
    nextval(pg_get_serial_sequence('compare_comparison', 'id')) AS comparison,
    nextval(pg_get_serial_sequence('compare_case', 'id')) AS kase,
    (i - 1) / 5 AS session, (i - 1) %% 5 + 1 AS number,
    (%(authors)s::bigint[])[1 + floor(power(random(), 2) * array_length(%(authors)s::bigint[], 1))
        ::int] AS author,
    now() - make_interval(secs => (%(runs)s - i) * 60.0 * 525600 / %(runs)s) AS at,
    1 + floor(power(random(), 1.5) * %(prompts)s)::int AS prompt,
    random() < 0.8 AS shared,
    CASE WHEN random() < 0.03 THEN 'Baseline ' || i ELSE '' END AS name,
    CASE WHEN random() < 0.05 THEN ARRAY[
        (%(tags)s::text[])[1 + floor(power(random(), 2) * array_length(%(tags)s::text[], 1))::int]
    ] ELSE '{}' END AS tags,
    CASE WHEN random() < 10.0 / %(runs)s THEN now() END AS pinned
FROM generate_series(1, %(runs)s) AS i
"""
LANES = """
CREATE TEMP TABLE lane_plan ON COMMIT DROP AS
SELECT plan.i, position,
    nextval(pg_get_serial_sequence('compare_lane', 'id')) AS lane,
    nextval(pg_get_serial_sequence('inference_generation', 'id')) AS generation,
    1 + floor(random() * %(answers)s)::int AS answer,
    1 + floor(random() * (SELECT count(*) FROM setting_piece))::int AS setting,
    CASE WHEN random() < 0.7 THEN 'small' WHEN random() < 0.99 THEN 'openai' ELSE 'retired' END
        AS profile,
    CASE WHEN random() < 0.95 THEN 'done' WHEN random() < 0.7 THEN 'stopped'
        WHEN random() < 0.98 THEN 'failed' ELSE 'interrupted' END AS status,
    (exp(4.7 + 1.6 * (random() + random() + random() - 1.5)) * 1000)::bigint AS ttft
FROM plan, generate_series(0, 1) AS position ORDER BY plan.i, position
"""
INDEX_PLANS = """
CREATE UNIQUE INDEX ON plan (i);
CREATE INDEX ON lane_plan (i);
CREATE UNIQUE INDEX ON prompt_piece (n);
CREATE UNIQUE INDEX ON answer_piece (n);
CREATE UNIQUE INDEX ON setting_piece (n);
ANALYZE plan; ANALYZE lane_plan; ANALYZE prompt_piece; ANALYZE answer_piece
"""
SESSIONS = """
CREATE TEMP TABLE session_plan ON COMMIT DROP AS
SELECT session AS n, nextval(pg_get_serial_sequence('compare_session', 'id')) AS id,
    min(at) AS first, max(at) AS last, count(*) AS runs, bool_and(shared) AS shared,
    (array_agg(author))[1] AS author, (array_agg(prompt))[1] AS prompt
FROM plan GROUP BY session ORDER BY session;
CREATE UNIQUE INDEX ON session_plan (n);
INSERT INTO compare_session
    (id, public_id, team_id, author_id, title, shared, runs, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT session_plan.id, gen_random_uuid(), %(team)s, author, left(text, 80), shared, runs, first,
    last
FROM session_plan JOIN prompt_piece ON prompt_piece.n = prompt ORDER BY session_plan.n
"""
COMPARISONS = """
INSERT INTO compare_comparison (id, session_id, team_id, author_id, source, number, key, messages,
    created_at, shared, name, tags, pinned_at, digested_at, profiles, statuses, ttft_us, e2e_us,
    output_tokens, words, code_words)
OVERRIDING SYSTEM VALUE
SELECT plan.comparison, session_plan.id, %(team)s, plan.author, 'browser', plan.number,
    gen_random_uuid(), prompt_piece.messages, plan.at, plan.shared, plan.name, plan.tags,
    plan.pinned, plan.at,
    CASE WHEN a.profile = b.profile THEN ARRAY[a.profile]
        ELSE ARRAY[least(a.profile, b.profile), greatest(a.profile, b.profile)] END,
    CASE WHEN a.status = b.status THEN ARRAY[a.status]
        ELSE ARRAY[least(a.status, b.status), greatest(a.status, b.status)] END,
    greatest(a.ttft, b.ttft), greatest(a.ttft, b.ttft) + 9000 * greatest(x.tokens, y.tokens),
    x.tokens + y.tokens,
    prompt_piece.words || x.words || y.words || to_tsvector('english', plan.name || ' ticket' || i),
    prompt_piece.code || x.code || y.code || to_tsvector('simple', plan.name || ' ticket' || i)
FROM plan JOIN session_plan ON session_plan.n = plan.session
JOIN prompt_piece ON prompt_piece.n = plan.prompt
JOIN lane_plan AS a USING (i) JOIN lane_plan AS b USING (i)
JOIN answer_piece AS x ON x.n = a.answer JOIN answer_piece AS y ON y.n = b.answer
WHERE a.position = 0 AND b.position = 1 AND i BETWEEN %(first)s AND %(last)s
ORDER BY i;
INSERT INTO compare_case (id, comparison_id, team_id, number, variables)
OVERRIDING SYSTEM VALUE
SELECT kase, comparison, %(team)s, 1, '{}' FROM plan WHERE i BETWEEN %(first)s AND %(last)s
ORDER BY i
"""
GENERATIONS = """
INSERT INTO inference_generation (id, team_id, user_id, source, profile, messages, settings, seed,
    status, attempt, accepted_at, started_at, finished_at, text, token_ids, step_tokens, gaps_us,
    finish_reason, prompt_tokens, output_tokens, dispatch_us, queue_us, prefill_us, decode_us,
    ttft_us, client_ttft_us, e2e_us, engine, model)
OVERRIDING SYSTEM VALUE
SELECT lane_plan.generation, %(team)s, plan.author, 'browser', lane_plan.profile,
    prompt_piece.messages, setting_piece.settings - 'seed', plan.i, lane_plan.status, 1, plan.at,
    plan.at, plan.at + make_interval(secs => (ttft + 9000 * tokens) / 1e6),
    answer_piece.text || ' ticket' || plan.i, ids, ids, ids, 'stop', 40, tokens, 4000, 2000,
    ttft - 2000, 9000 * tokens, ttft, ttft + 6000, ttft + 9000 * tokens, 'scripted', 'made up'
FROM plan JOIN lane_plan USING (i)
JOIN prompt_piece ON prompt_piece.n = plan.prompt
JOIN answer_piece ON answer_piece.n = lane_plan.answer
JOIN setting_piece ON setting_piece.n = lane_plan.setting
WHERE i BETWEEN %(first)s AND %(last)s ORDER BY i, position;
INSERT INTO compare_lane (id, comparison_id, team_id, position, profile, settings)
OVERRIDING SYSTEM VALUE
SELECT lane, comparison, %(team)s, position, profile, settings
FROM plan JOIN lane_plan USING (i) JOIN setting_piece ON setting_piece.n = lane_plan.setting
WHERE i BETWEEN %(first)s AND %(last)s ORDER BY i, position;
INSERT INTO compare_sample (lane_id, case_id, team_id, number, generation_id)
SELECT lane, kase, %(team)s, 1, generation
FROM plan JOIN lane_plan USING (i) WHERE i BETWEEN %(first)s AND %(last)s ORDER BY i, position
"""
SEARCH_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename IN ('compare_comparison', 'compare_lane') AND indexdef LIKE '%%USING gin%%'
"""
PLANS = (PLAN, LANES, INDEX_PLANS, SESSIONS)
ROWS = (COMPARISONS, GENERATIONS)
