-- One mention as the models read it.
SELECT item, title, text, context, languages, model
FROM mentions_public
WHERE item = {item:String}
LIMIT 1
