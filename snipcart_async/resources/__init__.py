"""What you can ask Snipcart: one file per page of its API reference."""

from .customers import Customers
from .user_sessions import UserSessions

__all__ = ["Customers", "UserSessions"]
