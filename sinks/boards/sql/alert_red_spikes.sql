-- Red spikes that are open and have said something in the last hour.
SELECT count() AS open_spikes
FROM spikes_latest
WHERE change != 'closed' AND alarm = 'red' AND at >= $__toTime - INTERVAL 1 HOUR
