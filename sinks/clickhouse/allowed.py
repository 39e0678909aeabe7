"""What may be asked at the door: functions, tables, formats, settings. Nothing else may."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TABLES = words(
    """
    mentions_public topic_hours dead_letters_public counters counters_latest spikes spikes_latest
    sources cursors cursors_latest looks arrivals actions lane_minutes alerts
    flow flow_districts flow_places flow_towns flow_appeals flow_types flow_models flow_voices
    rollup_state place_names
    flow_pages flow_questions questions published
    """
)
SYSTEM_TABLES = words(
    """
    one numbers settings tables columns databases
    """
)

INNER = words(
    """
    mentions deletions dead_letters migrations touched lane_hours rollup_fives rollup_hours
    rollup_days rollup_months published_days
    """
)
"""Tables that are not read from outside, not even by name."""

HIDDEN = frozenset({"author", "mentions"})
"""Names that may stand nowhere outside of a string, not even as an alias."""

_AGGREGATES = """
any anyLast argMax argMin avg avgWeighted corr count covarPop covarSamp deltaSum entropy
exponentialMovingAverage exponentialTimeDecayedAvg first_value groupArray groupArraySample
groupUniqArray kurtPop last_value max median min quantile quantileDeterministic quantileExact
quantileExactWeighted quantileInterpolatedWeighted quantileTDigest quantileTiming quantiles
quantilesExact quantilesTDigest quantilesTiming sequenceCount sequenceMatch simpleLinearRegression
skewPop stddevPop stddevSamp sum sumKahan sumWithOverflow topK topKWeighted uniq uniqCombined
uniqCombined64 uniqExact uniqHLL12 varPop varSamp row_number rank dense_rank lag lead
lagInFrame leadInFrame ntile percent_rank nth_value
"""
_TIMES = """
addDays addHours addMinutes addMonths addSeconds addWeeks addYears age dateDiff date_diff dateName
date_trunc dateTrunc date_bin formatDateTime fromUnixTimestamp fromUnixTimestamp64Milli
makeDate makeDateTime makeDateTime64 now now64 parseDateTime parseDateTimeBestEffort
parseDateTime64BestEffort parseDateTime64BestEffortOrNull parseDateTimeBestEffortOrNull
serverTimezone subtractDays subtractHours subtractMinutes subtractMonths
subtractSeconds subtractWeeks subtractYears timeSlot timeSlots timestampDiff timezone timeZone
timeZoneOf timezoneOffset toDate toDate32 toDateOrNull toDateTime toDateTime64 toDateTimeOrNull
toDateTime64OrNull toDayOfMonth toDayOfWeek toDayOfYear toHour toISOWeek toISOYear toIntervalDay
toIntervalHour toIntervalMinute toIntervalMonth toIntervalSecond toIntervalWeek toIntervalYear
toLastDayOfMonth toMillisecond toMinute toMonday toMonth toQuarter toRelativeDayNum
toRelativeHourNum toRelativeMinuteNum toSecond toStartOfDay toStartOfFifteenMinutes
toStartOfFiveMinutes toStartOfFiveMinute toStartOfHour toStartOfInterval toStartOfISOYear
toStartOfMinute toStartOfMonth toStartOfQuarter toStartOfSecond toStartOfTenMinutes toStartOfWeek
toStartOfYear toTime toTimeZone toTimezone toUnixTimestamp toUnixTimestamp64Milli toWeek toYear
toYYYYMM toYYYYMMDD toYYYYMMDDhhmmss today week yesterday year month day hour minute second
date timestamp
"""
_STRINGS = """
ascii base64Encode char_length concat concatWithSeparator concat_ws countSubstrings
countSubstringsCaseInsensitive countSubstringsCaseInsensitiveUTF8 damerauLevenshteinDistance
decodeURLComponent domain domainWithoutWWW editDistance editDistanceUTF8 empty endsWith
endsWithUTF8 extract hasAllTokens hasAnyTokens
extractAll format hasToken hasTokenCaseInsensitive hex ilike initcap initcapUTF8 left leftPad
leftPadUTF8 leftUTF8 length lengthUTF8 like locate lower lowerUTF8 ltrim match multiMatchAny
multiSearchAny multiSearchAnyCaseInsensitiveUTF8 ngramDistance ngramSearch notEmpty notILike
notLike octet_length path position positionCaseInsensitive positionCaseInsensitiveUTF8
positionUTF8 protocol regexpExtract repeat replace replaceAll replaceOne replaceRegexpAll
replaceRegexpOne reverse reverseUTF8 right rightPad rightUTF8 rtrim splitByChar splitByString
splitByWhitespace startsWith startsWithUTF8 substr substring substringIndex substringUTF8
stringJaccardIndex topLevelDomain translate trim trimBoth trimLeft trimRight upper upperUTF8
"""
_ARRAYS = """
array arrayAll arrayAvg arrayCompact arrayConcat arrayCount arrayCumSum arrayDifference
arrayDistinct arrayElement arrayElementOrNull arrayEnumerate arrayEnumerateUniq arrayExcept
arrayExists arrayFill arrayFilter arrayFirst arrayFirstIndex arrayFirstOrNull arrayFlatten
arrayFold arrayIntersect arrayJoin arrayLast arrayLastIndex arrayLastOrNull arrayMap arrayMax
arrayMin arrayPopBack arrayPopFront arrayProduct arrayPushBack arrayPushFront arrayResize
arrayReverse arrayReverseSort arrayRotateLeft arraySlice arraySort arrayStringConcat arraySum
arrayUniq arrayZip countEqual emptyArrayString has hasAll hasAny hasSubstr indexOf length map
mapAdd mapApply mapConcat mapContains mapExists mapFilter mapFromArrays mapKeys mapSort
mapSubtract mapValues range tuple tupleElement
"""
_NUMBERS = """
abs bar bitAnd bitCount bitHammingDistance bitNot bitOr bitShiftLeft bitShiftRight bitTest bitXor
cbrt ceil ceiling clamp cos divide equals erf exp exp10 exp2 floor gcd greater greaterOrEquals
greatest ifNotFinite intDiv intDivOrZero intExp10 intExp2 isFinite isInfinite isNaN least less
lessOrEquals lgamma ln log log10 log1p log2 max2 min2 minus modulo moduloOrZero multiply negate
notEquals pi plus pow power round roundBankers roundDown roundToExp2 sigmoid sign sin sqrt tan
tanh toDecimal32 toDecimal64 toFloat32 toFloat64 toFloat64OrNull toFloat64OrZero toInt16 toInt32
toInt64 toInt64OrNull toInt64OrZero toInt8 toUInt16 toUInt32 toUInt64 toUInt64OrNull
toUInt64OrZero toUInt8 trunc truncate widthBucket formatReadableQuantity formatReadableSize
formatReadableTimeDelta geoDistance greatCircleDistance geohashEncode geohashDecode
pointInPolygon pointInEllipses cityHash64 sipHash64 xxHash64 farmHash64 randConstant
"""
_OTHERS = """
and assumeNotNull caseWithExpression CAST cast accurateCastOrNull coalesce accurateCastOrDefault
grouping if ifNull in isNotNull isNull isZeroOrNull materialize multiIf not notIn nullIf or xor
toBool toNullable toString toFixedString toTypeName transform toLowCardinality rowNumberInAllBlocks
runningDifference neighbor exists displayName revision version currentDatabase database uptime
identity ignore toJSONString tumbleStart JSONExtract JSONExtractString
"""
FUNCTIONS = frozenset(" ".join((_AGGREGATES, _TIMES, _STRINGS, _ARRAYS, _NUMBERS, _OTHERS)).split())
AGGREGATES = words(_AGGREGATES)
COMBINATORS = ("If", "Array", "Map", "Distinct", "OrNull", "OrDefault", "ForEach")

TABLE_FUNCTIONS = frozenset({"numbers", "spike_voices", "open_data"})

TYPES = words(
    """
    Array Bool Date Date32 DateTime DateTime64 Decimal Decimal32 Decimal64 Decimal128 FixedString
    Float32 Float64 Int8 Int16 Int32 Int64 Int128 Int256 LowCardinality Map Nullable String Tuple
    UInt8 UInt16 UInt32 UInt64 UInt128 UInt256 UUID IPv4 IPv6
    """
)

KEYWORDS = words(
    """
    ALL AND ANTI ANY ARRAY AS ASOF BETWEEN BY CASE DISTINCT ELSE END EXCEPT EXISTS FILTER FROM FULL
    GLOBAL GROUPING HAVING ILIKE IN INNER INTERSECT INTERVAL IS JOIN LEFT LIKE LIMIT NOT OFFSET ON
    OR ORDER OVER PARTITION PREWHERE QUALIFY REPLACE RIGHT ROLLUP CUBE SELECT SEMI SETS STEP THEN
    UNION USING WHEN WHERE WINDOW WITH
    """
)
"""Words that a bracket may follow without being a call."""

NEVER = words(
    """
    ALTER APPLY ATTACH BACKUP CREATE DELETE DETACH DROP EXPLAIN GRANT INSERT INTO KILL OPTIMIZE
    OUTFILE RENAME RESTORE REVOKE SET TRUNCATE UNDROP UPDATE USE WATCH INFILE EXECUTE
    """
)
"""Words that no reading query has outside of strings."""

FORMATS = {
    "JSON": "application/json; charset=UTF-8",
    "JSONStrings": "application/json; charset=UTF-8",
    "JSONColumns": "application/json; charset=UTF-8",
    "JSONColumnsWithMetadata": "application/json; charset=UTF-8",
    "JSONCompact": "application/json; charset=UTF-8",
    "JSONCompactStrings": "application/json; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
    "JSONStringsEachRow": "application/x-ndjson; charset=UTF-8",
    "JSONCompactEachRow": "application/x-ndjson; charset=UTF-8",
    "JSONCompactEachRowWithNames": "application/x-ndjson; charset=UTF-8",
    "JSONCompactEachRowWithNamesAndTypes": "application/x-ndjson; charset=UTF-8",
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "TabSeparatedWithNames": "text/tab-separated-values; charset=UTF-8",
    "TabSeparatedWithNamesAndTypes": "text/tab-separated-values; charset=UTF-8",
    "TSV": "text/tab-separated-values; charset=UTF-8",
    "TSVWithNames": "text/tab-separated-values; charset=UTF-8",
    "TSVWithNamesAndTypes": "text/tab-separated-values; charset=UTF-8",
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "CSVWithNames": "text/csv; charset=UTF-8; header=present",
    "CSVWithNamesAndTypes": "text/csv; charset=UTF-8; header=present",
    "Native": "application/octet-stream",
    "RowBinary": "application/octet-stream",
    "RowBinaryWithNamesAndTypes": "application/octet-stream",
    "Arrow": "application/octet-stream",
    "ArrowStream": "application/octet-stream",
    "Parquet": "application/octet-stream",
    "Pretty": "text/plain; charset=UTF-8",
    "PrettyCompact": "text/plain; charset=UTF-8",
    "Vertical": "text/plain; charset=UTF-8",
    "Markdown": "text/plain; charset=UTF-8",
    "Null": "text/plain; charset=UTF-8",
}

SETTINGS = words(
    """
    cast_string_to_dynamic_use_inference date_time_input_format date_time_output_format extremes
    group_by_use_nulls join_use_nulls
    output_format_arrow_string_as_string output_format_json_quote_64bit_integers
    output_format_json_quote_decimals output_format_json_quote_denormals
    output_format_json_named_tuples_as_objects output_format_json_escape_forward_slashes
    session_timezone totals_mode
    """
)
"""Settings that a reader may choose: how the answer looks, never what may be read."""

NUMBERS = {"limit": (0, 1_000_000), "max_block_size": (1, 65_536), "max_threads": (1, 4)}
"""Settings that are numbers, with the least and the most: one reader leaves room for others."""

_LOWER = frozenset(name.lower() for name in FUNCTIONS)


def is_function(name: str) -> bool:
    """Whether a name is a function on the list, with combinators for aggregates."""
    return name.lower() in _LOWER or _is_aggregate(name)


def _is_aggregate(name: str) -> bool:
    return name in AGGREGATES or any(
        name.endswith(combinator) and _is_aggregate(name.removesuffix(combinator))
        for combinator in COMBINATORS
    )
