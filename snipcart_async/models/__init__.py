"""What comes back from Snipcart: frozen values that know no JSON and no HTTP."""

from .address import Address
from .customer import Customer, CustomerOrderBy, CustomerStatistics, CustomerStatus
from .deletion import Deletion
from .listed import Listed
from .open_enum import Mode, OpenEnum
from .order import Order, OrderPaymentDetails, OrderPlan, OrderStatus, OrderSummary, PaymentStatus
from .order_charges import OrderDiscount, OrderRefund, OrderTax, SummaryTax
from .order_item import CustomField, OrderItem, PaymentSchedule
from .page import Page
from .user_session import UserSession

__all__ = [
    "Address",
    "CustomField",
    "Customer",
    "CustomerOrderBy",
    "CustomerStatistics",
    "CustomerStatus",
    "Deletion",
    "Listed",
    "Mode",
    "OpenEnum",
    "Order",
    "OrderDiscount",
    "OrderItem",
    "OrderPaymentDetails",
    "OrderPlan",
    "OrderRefund",
    "OrderStatus",
    "OrderSummary",
    "OrderTax",
    "Page",
    "PaymentSchedule",
    "PaymentStatus",
    "SummaryTax",
    "UserSession",
]
