/** The layouts of each class, by its number. */
import { account } from './accounts.ts';
import { medicalBill, paymentConfirmation, pharmacyReceipt } from './bills.ts';
import { driverLicence, identityCard, passport } from './cards.ts';
import { dashboard, numberPlate } from './cars.ts';
import { certificate } from './certificates.ts';
import { pregnancyForm, prescription, resume, vehicleRegistration } from './forms.ts';
import { type Layout } from './layout.ts';

export { type Layout, type Sheet } from './layout.ts';

export const LAYOUTS: readonly Layout[] = [
  account,
  pregnancyForm,
  dashboard,
  certificate(3),
  certificate(4),
  driverLicence,
  medicalBill,
  certificate(7),
  identityCard,
  passport,
  paymentConfirmation,
  pharmacyReceipt,
  prescription,
  resume,
  certificate(14),
  vehicleRegistration,
  numberPlate,
];
