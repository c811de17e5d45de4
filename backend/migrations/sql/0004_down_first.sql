-- The ledger of points (loyalty).
DROP TRIGGER prove_line ON loyalty_line
--;
DROP TRIGGER prove_posting ON loyalty_posting
--;
DROP TRIGGER book_points ON loyalty_line
--;
DROP FUNCTION prove_posting(), book_points()
--;
-- Texts that are sent to customers (servicing).
DROP TRIGGER keep_decided_text ON message_template
--;
DROP FUNCTION keep_decided_text()
