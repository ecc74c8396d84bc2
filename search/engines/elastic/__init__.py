"""The engine over Elasticsearch 9: for what outgrows one machine."""

from ._client import Access
from ._engine import ElasticEngine

__all__ = ["Access", "ElasticEngine"]
